/**
 * Any DJL block of one's own as a base: its children are exchanged for stand-ins that ask the
 * {@link io.github.cola4j.model.ForwardPass}, and put back in the end. {@link
 * io.github.cola4j.model.block.ImageNetwork} makes the paper's image models as such blocks.
 */
package io.github.cola4j.model.block;
