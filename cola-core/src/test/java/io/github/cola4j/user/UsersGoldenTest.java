package io.github.cola4j.user;

import static io.github.cola4j.golden.Difference.assertNear;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.Form;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Mlp;
import io.github.cola4j.checkpoint.HostTensor;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.gl.AdaptedModules;
import io.github.cola4j.gl.MergedWeights;
import io.github.cola4j.gl.Routing;
import io.github.cola4j.gl.ServerPass;
import io.github.cola4j.gl.Site;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModel;
import io.github.cola4j.model.Linear;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.optim.Sgd;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.Objective;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.Torch;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Several users in one batch against the reference, which trains them by back-propagation. */
class UsersGoldenTest {
  private static final double LOSSES = 1e-5;
  private static final double WEIGHTS = 1e-4;
  private static final int STEPS = 10;

  private NDManager manager;
  private final HostArena arena = new HostArena();

  @BeforeEach
  void start() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
  }

  @AfterEach
  void end() {
    manager.close();
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (GoldenCase reference : GoldenCase.all()) {
      if (Files.exists(reference.file("users", "users.json"))) {
        for (String optimizer : List.of("sgd", "adamw")) {
          cases.add(Arguments.of(reference, Sharing.ALONE, optimizer, false));
          cases.add(Arguments.of(reference, Sharing.COLLABORATION, optimizer, false));
          cases.add(Arguments.of(reference, Sharing.COLLABORATION, optimizer, true));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}: {1}, {2}, merged {3}")
  @MethodSource("cases")
  void tenStepsEqualTheReference(
      GoldenCase reference, Sharing sharing, String optimizer, boolean merged) {
    String name = sharing.name().toLowerCase();
    JsonNode users = reference.json("users", "users.json");
    JsonNode losses = reference.json("users", name + "." + optimizer + ".json").get("losses");
    assertEquals(STEPS, losses.size());
    try (Weights weights = reference.weights();
        BaseModel model = reference.model(manager, weights);
        Objective<PackedBatch> task = reference.objective(manager, model)) {
      List<Site> sites = sites(model, reference.tensors("users/" + name + ".init.safetensors"));
      int count = users.get("kinds").get(name).size();
      Set<Integer> present = new TreeSet<>(IntStream.range(0, count).boxed().toList());
      AdaptedModules modules = new AdaptedModules(sites, merged);
      MergedWeights mergedWeights = new MergedWeights(manager, merged ? sites : List.of());
      JsonNode settings = users.get(optimizer);
      List<InlineFit> fits = new ArrayList<>();
      for (int user : present) {
        fits.add(new InlineFit(manager, sites, user, optimizer(settings)));
      }
      for (int step = 0; step < STEPS; step++) {
        int[] owners = owners(reference, users.get("owners").get(step % 2));
        Routing routing = sharing.routing(owners, present);
        mergedWeights.merge(routing.passed());
        try (Scope scope = Scope.open(manager)) {
          ServerPass pass = new ServerPass(modules, routing, scope.manager(), arena, null, null);
          Loss loss = task.loss(pass, reference.batch);
          assertNear(loss.mean().getFloat(), losses.get(step).asDouble(), LOSSES, "loss " + step);
          int items = task.items(reference.batch);
          pass.backward(
              loss.made(), loss.gradient(), data -> fits.get(data.user()).gather(data, items));
          for (int user : present) {
            boolean hasRows = IntStream.of(owners).anyMatch(owner -> owner == user);
            assertEquals(hasRows, fits.get(user).due(), "user " + user + " in step " + step);
            if (hasRows) {
              fits.get(user).endBatch(items);
              fits.get(user).fit(settings.get("lr").asDouble());
            }
          }
        }
        arena.reset();
      }
      Map<String, HostTensor> last =
          reference.tensors("users/" + name + "." + optimizer + ".final.safetensors");
      Map<String, NDArray> found = new HashMap<>();
      for (int user : present) {
        fits.get(user)
            .parameters()
            .forEach((parameter, array) -> found.put(user + "/" + parameter, array));
        fits.get(user).close();
      }
      assertEquals(last.keySet(), found.keySet());
      assertTrue(!found.isEmpty());
      found.forEach(
          (key, array) -> assertNear(array.toFloatArray(), last.get(key).toFloats(), WEIGHTS, key));
    }
  }

  /** The owner of each packed row. */
  private static int[] owners(GoldenCase reference, JsonNode owners) {
    return IntStream.of(reference.tokens.rows).map(row -> owners.get(row).asInt()).toArray();
  }

  private List<Site> sites(BaseModel model, Map<String, HostTensor> initial) {
    Map<String, Map<Integer, Map<String, NDArray>>> arrays = new LinkedHashMap<>();
    initial.forEach(
        (key, tensor) -> {
          int slash = key.indexOf('/');
          int dot = key.lastIndexOf('.');
          arrays
              .computeIfAbsent(key.substring(slash + 1, dot), site -> new TreeMap<>())
              .computeIfAbsent(Integer.parseInt(key.substring(0, slash)), user -> new HashMap<>())
              .put(key.substring(dot + 1), tensor.load(manager));
        });
    Map<String, Linear> modules = GoldenCase.linears(model);
    List<Site> sites = new ArrayList<>();
    arrays.forEach(
        (site, users) -> {
          SortedMap<Integer, Adapter> adapters = new TreeMap<>();
          users.forEach((user, parameters) -> adapters.put(user, adapter(parameters)));
          sites.add(new Site(modules.get(site), adapters));
        });
    return sites;
  }

  private static Adapter adapter(Map<String, NDArray> arrays) {
    if (arrays.containsKey("W1")) {
      return new Mlp(Form.LINEAR, arrays, Activation::relu);
    }
    return arrays.containsKey("A")
        ? new LowRank(arrays.get("A"), arrays.get("B"), 1)
        : new LinearAdapter(arrays.get("W"), null);
  }

  private Optimizer optimizer(JsonNode settings) {
    return new Optimizer(
        manager,
        settings.has("betas")
            ? new AdamW(
                settings.get("betas").get(0).asDouble(),
                settings.get("betas").get(1).asDouble(),
                settings.get("eps").asDouble(),
                settings.get("weight_decay").asDouble())
            : new Sgd(0, 0, false, 0));
  }
}
