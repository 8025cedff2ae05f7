/**
 * What a worker and a spec need of Maven's repositories, through the resolver that a front end has:
 * Maven's own in a build, one with the user's settings in a notebook. Uses of the resolver no more
 * than the API of the oldest Maven that the plugin runs in. Depends on cola-core's worker, source,
 * hub and spec.
 */
package io.github.cola4j.repository;
