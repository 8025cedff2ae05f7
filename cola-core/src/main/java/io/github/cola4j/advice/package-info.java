/** Words that errors of all packages share: what a user may have meant. Depends on nothing. */
package io.github.cola4j.advice;
