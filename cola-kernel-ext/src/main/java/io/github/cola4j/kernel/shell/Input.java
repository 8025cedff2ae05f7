package io.github.cola4j.kernel.shell;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dflib.jjava.jupyter.channels.StdinChannel;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.reply.InputReply;
import org.dflib.jjava.jupyter.messages.request.InputRequest;
import org.zeromq.ZMQ;

/**
 * Asks the reader of the notebook for a line. The socket is used by a thread of its own, which is
 * never interrupted; the thread that asks can be.
 */
final class Input {
  private static final long LOOK_MS = 20;

  private final StdinChannel socket;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread asker = new Thread(work, "input");
            asker.setDaemon(true);
            return asker;
          });
  private volatile long question;

  Input(StdinChannel socket) {
    this.socket = socket;
  }

  /** A line with its end; nothing if the thread was interrupted while it waited. */
  String ask(MessageContext cell, String prompt, boolean password) {
    long mine = ++question;
    Future<String> line = thread.submit(() -> converse(mine, cell, prompt, password));
    try {
      return line.get();
    } catch (InterruptedException e) {
      question++;
      Thread.currentThread().interrupt();
      return "";
    } catch (ExecutionException e) {
      throw new IllegalStateException("The front end's input can't be read", e.getCause());
    }
  }

  private String converse(long mine, MessageContext cell, String prompt, boolean password)
      throws InterruptedException {
    while (answered()) {
      // The answer to a question that was given up.
      socket.readMessage();
    }
    socket.sendMessage(
        new Message<>(cell, InputRequest.MESSAGE_TYPE, new InputRequest(prompt, password)));
    while (!answered()) {
      if (question != mine) {
        return "";
      }
      Thread.sleep(LOOK_MS);
    }
    Message<InputReply> reply = socket.readMessage(InputReply.MESSAGE_TYPE);
    return reply.getContent().getValue() + "\n";
  }

  private boolean answered() {
    return (socket.getEvents() & ZMQ.Poller.POLLIN) != 0;
  }
}
