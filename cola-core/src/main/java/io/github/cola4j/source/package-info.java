/**
 * Fetches what specs name by coordinates: {@code hf:owner/name@revision} from a hub, {@code
 * mvn:group:artifact:version} from Maven's repositories. A {@link io.github.cola4j.source.Source}
 * brings what one kind of coordinate names; a front end says which there are. Depends on hub, spec
 * and event.
 */
package io.github.cola4j.source;
