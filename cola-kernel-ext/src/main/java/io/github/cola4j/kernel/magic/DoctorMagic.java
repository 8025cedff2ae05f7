package io.github.cola4j.kernel.magic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.cola4j.kernel.live.Downloads;
import io.github.cola4j.kernel.live.LiveJob;
import io.github.cola4j.kernel.work.Session;
import io.github.cola4j.run.InfoJob;
import io.github.cola4j.run.Version;
import io.github.cola4j.worker.DeviceChoice;
import io.github.cola4j.worker.Machine;
import io.github.cola4j.worker.NativeSetup;
import java.io.PrintStream;
import java.nio.file.Path;
import picocli.CommandLine.Command;

@Command(
    name = "doctor",
    description = "Tells what a run would run on, and tries it, so that what is wrong shows.")
final class DoctorMagic implements Magic {
  private static final long ROOM = 1L << 30;

  private final Session session;

  DoctorMagic(Session session) {
    this.session = session;
  }

  @Override
  public Object run() throws InterruptedException {
    PrintStream out = session.notebook().out();
    Machine machine = Machine.current();
    out.println(
        "ColA %s in %s on Java %s, %s"
            .formatted(
                Version.CURRENT,
                session.notebook().name(),
                System.getProperty("java.version"),
                machine.platform()));
    out.println("Folder: " + session.workshop().folder());
    room(session.workshop().folder(), out);
    room(Path.of(System.getProperty("java.io.tmpdir")), out);
    NativeSetup library =
        session.workshop().natives(DeviceChoice.AUTO, new Downloads(session.notebook()));
    out.println("Native library: " + library.reason());
    machine.lookedAt().forEach(place -> out.println("GPUs: " + place));
    new LiveJob(session)
        .run(
            "The trial",
            InfoJob.class,
            DeviceChoice.AUTO,
            view -> JsonNodeFactory.instance.objectNode());
    return null;
  }

  private static void room(Path folder, PrintStream out) {
    long room = folder.toFile().getUsableSpace();
    if (room < ROOM) {
      out.println(
          "Only %,d MB are free in %s, perhaps you should make room: checkpoints and scratch files go there"
              .formatted(room / 1_000_000, folder));
    }
  }
}
