/** The notebook as the magics see it, whichever kernel runs it. Depends on nothing. */
package io.github.cola4j.kernel.notebook;
