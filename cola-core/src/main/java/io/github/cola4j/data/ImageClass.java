package io.github.cola4j.data;

import java.nio.file.Path;

/**
 * A class of images, as a data set tells it.
 *
 * @param written what stands for it there: the name of its folder, or its number in a file of
 *     labels
 * @param name what it is called where the spec gives no names: the folder's name, or {@code
 *     LABEL_7}
 * @param source where it is told, for errors: its folder, or the file of labels
 */
record ImageClass(String written, String name, Path source) {}
