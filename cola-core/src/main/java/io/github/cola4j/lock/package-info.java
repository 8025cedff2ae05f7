/**
 * {@code cola.lock}: what went into a run, what came out, and on which platform. {@link
 * io.github.cola4j.lock.Lock} is what stands in the file, {@link io.github.cola4j.lock.LockFile}
 * reads and writes it, {@link io.github.cola4j.lock.Fingerprint} says where the same inputs are to
 * give the same bytes. Knows no engine and no run: what it compares is handed to it. May depend on
 * {@code checkpoint} for the writing of files, and on {@code metric}.
 */
package io.github.cola4j.lock;
