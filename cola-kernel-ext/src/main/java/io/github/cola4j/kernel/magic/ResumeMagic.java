package io.github.cola4j.kernel.magic;

import io.github.cola4j.kernel.Run;
import io.github.cola4j.kernel.live.Downloads;
import io.github.cola4j.kernel.live.LiveTraining;
import io.github.cola4j.kernel.notebook.CellError;
import io.github.cola4j.kernel.work.Asked;
import io.github.cola4j.kernel.work.Session;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "resume",
    description = "Goes on with a run that this notebook began, from its last checkpoint.")
final class ResumeMagic implements Magic {
  private final Session session;

  @Parameters(arity = "0..1", paramLabel = "RUN", description = "by default the last one")
  private String run;

  @Option(names = "--background", description = "end the cell at once")
  private boolean background;

  ResumeMagic(Session session) {
    this.session = session;
  }

  @Override
  public Run run() throws InterruptedException {
    Optional<Asked> begun = run == null ? session.asked() : session.asked(session.run(run));
    Asked asked =
        begun
            .orElseThrow(
                () ->
                    CellError.perhaps(
                        "This notebook has not begun that run since its kernel started",
                        "run the cell of %%cola finetune again: it goes on where the run stopped"))
            .again(session.workshop(), new Downloads(session.notebook()));
    new LiveTraining(session).run(asked, new LiveTraining.How(false, false, background));
    return Run.of(session, asked);
  }
}
