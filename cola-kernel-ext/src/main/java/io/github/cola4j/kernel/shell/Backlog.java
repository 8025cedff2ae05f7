package io.github.cola4j.kernel.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.channels.ShellChannel;
import org.dflib.jjava.jupyter.channels.ShellHandler;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.zeromq.ZMQ;

/**
 * The requests that wait behind a cell. When it fails, the cells among them are not run: a front
 * end that runs a whole notebook sends all its cells at once, and counts on that.
 */
final class Backlog {
  private final JupyterConnection connection;
  private final ShellChannel channel;
  private final List<Message<?>> waiting = new ArrayList<>();

  /** Takes what waits at this moment. */
  Backlog(JupyterConnection connection, ShellChannel channel) {
    this.connection = connection;
    this.channel = channel;
    while ((channel.getEvents() & ZMQ.Poller.POLLIN) != 0) {
      waiting.add(channel.readMessage());
    }
  }

  /** Answers the cells that they won't be run, and lets all else be done as ever. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  void abort() {
    for (Message<?> message : waiting) {
      ShellReplyEnvironment env = connection.prepareReplyEnv(channel, message);
      MessageType type = message.getHeader().getType();
      if (type == MessageType.EXECUTE_REQUEST) {
        env.setBusyDeferIdle();
        env.reply(new Message(message, MessageType.EXECUTE_REPLY, Map.of("status", "aborted")));
      } else {
        ShellHandler handler = connection.getHandler(type);
        if (handler != null) {
          handler.handle(env, message);
        }
      }
      env.resolveDeferrals();
    }
  }
}
