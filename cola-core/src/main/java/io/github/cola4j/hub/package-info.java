/**
 * Models and data sets of a Hugging Face hub, by name: {@code hf:owner/name@revision} becomes a
 * folder of this machine.
 *
 * <p>Start at {@link io.github.cola4j.hub.Hub}. {@code HubName} says what is meant, {@code
 * HubSettings} where hub and cache are, {@code HubFiles} which files are wanted. Behind them:
 * {@code HubApi} asks the hub, {@code Requests} speaks HTTP, {@code BlobDownload} fetches one file,
 * {@code CachedRepository} knows the cache's layout.
 *
 * <p>The cache is the one that Python's huggingface_hub keeps (its release 2.4 was the model), so
 * that both use what either has downloaded:
 *
 * <pre>
 * models--owner--name/blobs/{digest}                      the content of a file
 * models--owner--name/snapshots/{commit}/{file}           a relative link to its blob
 * models--owner--name/refs/{revision}                     the commit that a branch or tag stood at
 * models--owner--name/trees/{commit}.json                 all files of a commit, sizes and digests
 * .locks/models--owner--name/{digest}.lock                held while a blob is downloaded
 * </pre>
 *
 * <p>May depend on advice, and on Jackson.
 */
package io.github.cola4j.hub;
