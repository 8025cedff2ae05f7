package io.github.cola4j.kernel.shell;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.channels.ShellChannel;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.MessageContext;

/** The sockets to the front end. */
final class Wire extends JupyterConnection {
  private final Outbox outbox = new Outbox();
  private final Input input = new Input(stdin);

  Wire(KernelConnectionProperties connection) throws NoSuchAlgorithmException, InvalidKeyException {
    super(connection);
    // Without a limit: a socket that publishes drops what is beyond it.
    iopub.setSndHWM(0);
  }

  @Override
  public ShellReplyEnvironment prepareReplyEnv(ShellChannel channel, MessageContext request) {
    return new CellEnvironment(channel, stdin, iopub, request, outbox, input);
  }
}
