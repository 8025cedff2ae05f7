package io.github.cola4j.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cola4j.data.ImageShape;
import io.github.cola4j.data.Normalization;
import io.github.cola4j.model.block.ImageNetwork;
import io.github.cola4j.spec.BaseSpec;

/**
 * What must be known of a run's images to show its model others.
 *
 * @param shape of every image
 * @param normalization of their values
 */
record ImageFacts(ImageShape shape, Normalization normalization) {
  private static final String KEY = "images";

  /** The network of a spec, as it is before anything was learned. */
  static ImageNetwork network(BaseSpec.Fresh asked, ImageShape shape, int classes, long seed) {
    return new ImageNetwork(
        ImageNetwork.Architecture.valueOf(asked.architecture().name()),
        asked.hiddenSizes(),
        shape.channels(),
        shape.height(),
        shape.width(),
        classes,
        seed);
  }

  void write(ObjectNode summary) {
    ObjectNode images = summary.putObject(KEY);
    images.put("channels", shape.channels());
    images.put("height", shape.height()).put("width", shape.width());
    for (float mean : normalization.mean()) {
      images.withArray("mean").add(mean);
    }
    for (float std : normalization.std()) {
      images.withArray("std").add(std);
    }
  }

  static ImageFacts read(JsonNode summary) {
    JsonNode images = summary.path(KEY);
    int channels = images.path("channels").asInt();
    ImageShape shape =
        new ImageShape(channels, images.path("height").asInt(), images.path("width").asInt());
    return new ImageFacts(
        shape,
        new Normalization(
            floats(images.path("mean"), channels), floats(images.path("std"), channels)));
  }

  private static float[] floats(JsonNode values, int count) {
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = values.path(i).floatValue();
    }
    return floats;
  }
}
