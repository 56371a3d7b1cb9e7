package org.lenet5.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Turns SIGINT and SIGTERM into a wish to stop that a training asks for after each step; the second
 * of them ends the process at once.
 *
 * <p>A shutdown hook would not do: while hooks run, Java no longer sees a second signal. {@code
 * sun.misc.Signal} is the way to handle one (module jdk.unsupported, in every JDK), called by
 * reflection because the compiler's warning about it cannot be silenced. Where a signal cannot be
 * handled, Java ends the process as it always does: the run is then gone on with from its last
 * checkpoint.
 */
final class StopSignals implements AutoCloseable {
  // 128 + the signal's number, as shells count.
  private static final Map<String, Integer> EXIT_CODES = Map.of("INT", 130, "TERM", 143);

  private final List<Runnable> restore = new ArrayList<>();
  private volatile boolean training;
  private volatile String received;

  /**
   * Takes the signals until it is closed.
   *
   * @param onlyTerm leave out SIGINT: Ctrl-C on a terminal reaches this process as well as the one
   *     that started it, which then sends SIGTERM
   */
  static StopSignals install(boolean onlyTerm) {
    StopSignals signals = new StopSignals();
    signals.handle("TERM", () -> signals.receive("TERM"));
    signals.handle("INT", onlyTerm ? () -> {} : () -> signals.receive("INT"));
    return signals;
  }

  /** Asks to stop as {@code signal}, TERM or INT, does. */
  void receive(String signal) {
    if (received != null) {
      Runtime.getRuntime().halt(EXIT_CODES.get(signal));
    }
    if (!training) {
      System.exit(EXIT_CODES.get(signal)); // there is nothing to save yet
    }
    received = signal;
  }

  /** From now on a signal is a wish that is asked for. */
  void trainingBegins() {
    training = true;
  }

  /** True once a signal has come. */
  boolean received() {
    return received != null;
  }

  /**
   * Ends the run if a signal has come.
   *
   * @param where the run is and what to do, for the message
   * @throws Stopped with the signal's exit code
   */
  void throwIfReceived(String where) {
    if (received != null) {
      throw new Stopped("stopped by SIG" + received + " " + where, EXIT_CODES.get(received));
    }
  }

  private void handle(String name, Runnable action) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      InvocationHandler invoked =
          (proxy, method, args) -> {
            if (method.getName().equals("handle")) {
              action.run();
              return null;
            }
            // A key in Java's table of handlers.
            return switch (method.getName()) {
              case "equals" -> proxy == args[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "StopSignals " + name;
            };
          };
      Object handler =
          Proxy.newProxyInstance(
              StopSignals.class.getClassLoader(), new Class<?>[] {handlerType}, invoked);
      var install = signalType.getMethod("handle", signalType, handlerType);
      Object before = install.invoke(null, signal, handler);
      restore.add(
          () -> {
            try {
              install.invoke(null, signal, before);
            } catch (ReflectiveOperationException e) {
              throw new IllegalStateException("cannot give back SIG" + name, e);
            }
          });
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) { // Java was told to leave it (-Xrs)
        throw new IllegalStateException("cannot handle SIG" + name, e);
      }
    } catch (ReflectiveOperationException e) {
      System.err.println(
          "SIG" + name + " ends the run at once: this Java has no " + e.getMessage());
    }
  }

  /** Gives the signals back. */
  @Override
  public void close() {
    restore.forEach(Runnable::run);
    restore.clear();
  }
}
