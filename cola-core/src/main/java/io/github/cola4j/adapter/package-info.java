/**
 * What is fitted at a site: auxiliary models with their forward, their vector-Jacobian products
 * and, where they are linear, their delta of the base weight; and which modules a target names.
 * Depends on tensor, spec and checkpoint.
 */
package io.github.cola4j.adapter;
