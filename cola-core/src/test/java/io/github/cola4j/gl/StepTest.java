package io.github.cola4j.gl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.cola4j.adapter.Adapter;
import io.github.cola4j.adapter.LinearAdapter;
import io.github.cola4j.adapter.LowRank;
import io.github.cola4j.adapter.Start;
import io.github.cola4j.checkpoint.Weights;
import io.github.cola4j.data.Example;
import io.github.cola4j.data.PackedBatch;
import io.github.cola4j.golden.EncoderCase;
import io.github.cola4j.golden.GoldenCase;
import io.github.cola4j.model.BaseModule;
import io.github.cola4j.model.DropoutMasks;
import io.github.cola4j.model.EncoderClassifier;
import io.github.cola4j.model.ForwardPass;
import io.github.cola4j.model.HandWritten;
import io.github.cola4j.model.Linear;
import io.github.cola4j.model.LinearGroup;
import io.github.cola4j.offload.InlineFit;
import io.github.cola4j.optim.AdamW;
import io.github.cola4j.optim.Clipping;
import io.github.cola4j.optim.Optimizer;
import io.github.cola4j.task.Loss;
import io.github.cola4j.task.SequenceClassification;
import io.github.cola4j.tensor.Autograd;
import io.github.cola4j.tensor.HostArena;
import io.github.cola4j.tensor.Packing;
import io.github.cola4j.tensor.Scope;
import io.github.cola4j.tensor.SeededRandom;
import io.github.cola4j.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a step does, and what it leaves behind. */
class StepTest {
  private static final long LEAST_LEAK = 4 << 20; // bytes in 100 steps

  private static final double DROPOUT = 0.1;

  private NDManager manager;
  private EncoderCase reference;
  private Weights weights;
  private EncoderClassifier model;
  private SequenceClassification task;
  private final HostArena arena = new HostArena();

  @BeforeEach
  void load() {
    Torch.start(1);
    manager = Torch.newManager(Device.cpu());
    reference = EncoderCase.encoders().get(0);
    weights = reference.weights();
    model = reference.model(manager, weights);
    task = new SequenceClassification(manager, model);
  }

  @AfterEach
  void free() {
    task.close();
    model.close();
    weights.close();
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void linearsSeeRealTokensOnlyAndNothingOfBaseOrAdapterIsDifferentiated(boolean merged) {
    Counted.forwards = 0;
    List<Site> sites = sites();
    AdaptedModules linears = new AdaptedModules(sites, merged);
    Map<String, Long> seen = new LinkedHashMap<>();
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(linears, scope.manager(), arena, new DropoutMasks(1, 0, arena));
      Loss loss =
          task.loss(
              new Watched(
                  pass,
                  (group, x) -> {
                    group.members().forEach(module -> seen.put(module.name(), x.getShape().get(0)));
                    assertFalse(Autograd.requiresGradient(group.weight().array()));
                    assertFalse(Autograd.requiresGradient(group.bias()));
                    assertNothingRequiresGradient(sites);
                  }),
              reference.batch);
      pass.backward(
          loss.made(),
          loss.gradient(),
          data -> {
            assertEquals(data.x().getShape().get(0), data.hiddenGradient().getShape().get(0));
            assertNothingRequiresGradient(sites);
          });
    }
    assertNothingRequiresGradient(sites);

    long tokens = reference.batch.packing().tokens();
    long rows = reference.batch.size();
    assertTrue(tokens < rows * reference.tokens.seq, "the batch has padding to be left out");
    String last = lastLayer(seen.keySet());
    assertEquals(modules().keySet(), seen.keySet(), "every linear is used");
    seen.forEach(
        (name, count) -> {
          boolean firstTokenOnly =
              !name.contains(".layer.") || name.contains(last) && !name.matches(".*(key|value)");
          assertEquals(firstTokenOnly ? rows : tokens, count, name);
        });
    assertEquals(merged ? 0 : sites.size(), Counted.forwards, "adapters evaluated");
  }

  /** A forward pass that is watched, and drops what the reference's configuration would not. */
  private record Watched(ForwardPass pass, BiConsumer<LinearGroup, NDArray> watcher)
      implements ForwardPass {
    @Override
    public NDManager manager() {
      return pass.manager();
    }

    @Override
    public HostArena arena() {
      return pass.arena();
    }

    @Override
    public NDArray share(NDArray x) {
      return pass.share(x);
    }

    @Override
    public NDArray linear(LinearGroup group, NDArray x, Packing packing) {
      watcher.accept(group, x);
      return pass.linear(group, x, packing);
    }

    @Override
    public NDArray module(BaseModule module, NDArray x, Packing packing, Supplier<NDArray> frozen) {
      return pass.module(module, x, packing, frozen);
    }

    @Override
    public NDArray added(NDArray x, NDArray made) {
      return pass.added(x, made);
    }

    @Override
    public void done(NDArray x) {
      pass.done(x);
    }

    @Override
    public NDArray byHand(NDArray x, HandWritten part) {
      return pass.byHand(x, part);
    }

    @Override
    public boolean training() {
      return true;
    }

    @Override
    public NDArray dropout(long count, double p) {
      return pass.dropout(count, DROPOUT);
    }
  }

  private static void assertNothingRequiresGradient(List<Site> sites) {
    for (Site site : sites) {
      assertFalse(Autograd.requiresGradient(site.module().weight()), site.name());
      assertFalse(Autograd.requiresGradient(site.module().bias()), site.name());
      site.adapter()
          .parameters()
          .forEach(
              (name, array) ->
                  assertFalse(Autograd.requiresGradient(array), site.name() + "." + name));
    }
  }

  /** An adapter that counts how often it is evaluated. */
  private record Counted(Adapter adapter) implements Adapter {
    private static int forwards;

    @Override
    public Map<String, NDArray> parameters() {
      return adapter.parameters();
    }

    @Override
    public NDArray forward(NDArray x) {
      forwards++;
      return adapter.forward(x);
    }

    @Override
    public NDArray inputGradient(NDArray x, NDArray hiddenGradient) {
      return adapter.inputGradient(x, hiddenGradient);
    }

    @Override
    public Map<String, NDArray> gradients(NDArray x, NDArray hiddenGradient) {
      return adapter.gradients(x, hiddenGradient);
    }

    @Override
    public boolean mergeable() {
      return adapter.mergeable();
    }

    @Override
    public void mergeInto(NDManager scratch, double share, NDArray weight, NDArray bias) {
      adapter.mergeInto(scratch, share, weight, bias);
    }

    @Override
    public Adapter copy(NDManager manager) {
      return new Counted(adapter.copy(manager));
    }

    @Override
    public double scale() {
      return adapter.scale();
    }

    @Override
    public void close() {
      adapter.close();
    }
  }

  /** Whatever becomes of a site's input is in its adaptation data, and changes nothing else. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inputsLeaveWhenTheSiteHasReadThem(boolean merged) {
    AdaptedModules modules = new AdaptedModules(sites(), merged);
    Map<String, float[]> stayed = new LinkedHashMap<>();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    List<Set<String>> left = new ArrayList<>();
    for (SiteInputs inputs :
        List.<SiteInputs>of(
            SiteInputs.STAY,
            (sites, x, given) -> {
              left.add(sites.stream().map(Site::name).collect(Collectors.toSet()));
              assertEquals(left.size() == 1, given, "only the lowest site reads what is given");
              return x.add(1);
            })) {
      try (Scope scope = Scope.open(manager)) {
        ServerPass pass =
            new ServerPass(modules, Routing.ONE, scope.manager(), arena, null, null, inputs);
        Loss loss = task.loss(pass, reference.batch);
        int groups = left.size();
        pass.backward(
            loss.made(),
            loss.gradient(),
            data -> {
              String name = data.site().name();
              NDArray x = inputs == SiteInputs.STAY ? data.x().add(1) : data.x();
              float[] before = stayed.putIfAbsent(name, x.toFloatArray());
              float[] gradient = gradients.putIfAbsent(name, data.hiddenGradient().toFloatArray());
              assertEquals(inputs == SiteInputs.STAY, before == null, name);
              if (before != null) {
                assertArrayEquals(before, x.toFloatArray(), name);
                assertArrayEquals(gradient, data.hiddenGradient().toFloatArray(), name);
              }
            });
        assertEquals(groups, left.size(), "all left in the forward pass");
      }
      arena.reset();
    }
    assertEquals(stayed.keySet(), left.stream().flatMap(Set::stream).collect(Collectors.toSet()));
  }

  @Test
  void belowTheLowestSiteNothingIsRecorded() {
    Linear top = model.head().get(0);
    List<Site> sites =
        List.of(
            new Site(top, LinearAdapter.fresh(manager, Start.linear(top.in(), top.out()), true)));
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(new AdaptedModules(sites, false), scope.manager(), arena, null);
      List<Boolean> recording = new ArrayList<>();
      Loss loss =
          task.loss(
              new Watched(pass, (group, x) -> recording.add(Autograd.recording())),
              reference.batch);
      assertTrue(recording.size() > 1);
      assertFalse(
          recording.contains(true), "before the classifier, the only site, nothing is recorded");
      List<String> data = new ArrayList<>();
      pass.backward(loss.made(), loss.gradient(), d -> data.add(d.site().name()));
      assertEquals(List.of(top.name()), data);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stepsLeaveNothingBehind(boolean merged) throws IOException {
    List<Site> sites = sites();
    MergedWeights mergedWeights = new MergedWeights(manager, sites);
    AdaptedModules linears = new AdaptedModules(sites, merged);
    Optimizer optimizer = new Optimizer(manager, new AdamW(0.9, 0.999, 1e-8, 0.01));
    Random random = new Random(5);
    try (InlineFit fit = new InlineFit(manager, sites, 0, optimizer, Clipping.global(1), 1)) {
      step(fit, linears, merged ? mergedWeights : null, 0, random);
      // From here on nobody may give these managers one array more, not even for a moment.
      manager.cap();
      model.groups().get(0).weight().array().getManager().cap();
      optimizer.state().values().iterator().next().getManager().cap();
      int managed = managed(optimizer);
      // What steps leave behind is left by all of them. The virtual machine's heap and compiler
      // and the allocator grow as well, now and then: so the stretch that grew least counts.
      long leastGrown = Long.MAX_VALUE;
      long resident = 0;
      int step = 1;
      for (int stretch = 0; stretch <= 4 && leastGrown >= LEAST_LEAK; stretch++) {
        for (int end = step + 100; step < end; step++) {
          step(fit, linears, merged ? mergedWeights : null, step, random);
          assertEquals(managed, managed(optimizer), "arrays after step " + step);
        }
        long now = resident();
        leastGrown = stretch == 0 ? Long.MAX_VALUE : Math.min(leastGrown, now - resident);
        resident = now;
      }
      assertTrue(
          leastGrown < LEAST_LEAK,
          "resident memory grew by %d bytes or more in each 100 steps".formatted(leastGrown));
    }
  }

  private void step(
      InlineFit fit, AdaptedModules linears, MergedWeights merged, int step, Random random) {
    if (merged != null) {
      merged.merge();
    }
    PackedBatch batch = batch(random);
    try (Scope scope = Scope.open(manager)) {
      ServerPass pass =
          new ServerPass(linears, scope.manager(), arena, new DropoutMasks(3, step, arena));
      Loss loss = task.loss(new Watched(pass, (group, x) -> {}), batch);
      pass.backward(loss.made(), loss.gradient(), data -> fit.gather(data, batch.size()));
      fit.endBatch(batch.size());
    }
    fit.fit(1e-3);
    arena.reset();
  }

  private static PackedBatch batch(Random random) {
    List<Example> rows = new ArrayList<>();
    for (int row = 0; row < 8; row++) {
      int[] ids = random.ints(3 + random.nextInt(40), 5, 150).toArray();
      rows.add(Example.ofClass(ids, new int[ids.length], random.nextInt(2), row));
    }
    return PackedBatch.of(rows);
  }

  private int managed(Optimizer optimizer) {
    return manager.getManagedArrays().size()
        + model.groups().get(0).weight().array().getManager().getManagedArrays().size()
        + optimizer.state().values().iterator().next().getManager().getManagedArrays().size();
  }

  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0; // only Linux tells
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private List<Site> sites() {
    Set<String> head = model.head().stream().map(Linear::name).collect(Collectors.toSet());
    List<Site> sites = new ArrayList<>();
    for (Linear module : modules().values()) {
      if (head.contains(module.name())) {
        sites.add(
            new Site(
                module,
                new Counted(
                    LinearAdapter.fresh(manager, Start.linear(module.in(), module.out()), true))));
      } else if (module.name().matches(".*\\.(query|value|dense)")) {
        Random random = SeededRandom.of(2, module.name());
        sites.add(
            new Site(
                module,
                new Counted(
                    LowRank.fresh(
                        manager,
                        Start.linear(module.in(), module.out()),
                        new LowRank.Hyper(4, 2, 0),
                        random))));
      }
    }
    return sites;
  }

  private Map<String, Linear> modules() {
    return GoldenCase.linears(model);
  }

  private static String lastLayer(Set<String> names) {
    int last =
        names.stream()
            .filter(name -> name.contains(".layer."))
            .mapToInt(name -> Integer.parseInt(name.replaceAll(".*\\.layer\\.(\\d+)\\..*", "$1")))
            .max()
            .orElseThrow();
    return ".layer." + last + ".";
  }
}
