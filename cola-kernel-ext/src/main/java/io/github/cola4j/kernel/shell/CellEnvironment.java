package io.github.cola4j.kernel.shell;

import org.dflib.jjava.jupyter.channels.JupyterSocket;
import org.dflib.jjava.jupyter.channels.ShellChannel;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.channels.StdinChannel;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;

/** The way back to the cell that a request came from: all that is sent goes through the outbox. */
final class CellEnvironment extends ShellReplyEnvironment {
  private final Outbox outbox;
  private final Input input;

  CellEnvironment(
      ShellChannel shell,
      StdinChannel stdin,
      JupyterSocket iopub,
      MessageContext request,
      Outbox outbox,
      Input input) {
    super(shell, stdin, iopub, request);
    this.outbox = outbox;
    this.input = input;
  }

  @Override
  public void publish(Message<?> message) {
    outbox.run(() -> super.publish(message));
  }

  @Override
  public void reply(Message<?> message) {
    outbox.run(() -> super.reply(message));
  }

  @Override
  public void resolveDeferrals() {
    outbox.run(super::resolveDeferrals);
  }

  @Override
  public void writeToStdOut(String text) {
    outbox.write(this, false, text);
  }

  @Override
  public void writeToStdErr(String text) {
    outbox.write(this, true, text);
  }

  /** Sends text at once; for the outbox. */
  void send(boolean error, String text) {
    if (error) {
      super.writeToStdErr(text);
    } else {
      super.writeToStdOut(text);
    }
  }

  @Override
  public String readFromStdIn(String prompt, boolean password) {
    return input.ask(getContext(), prompt, password);
  }
}
