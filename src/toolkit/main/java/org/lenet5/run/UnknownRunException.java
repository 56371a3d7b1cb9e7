package org.lenet5.run;

/** There is no run of that name. */
public final class UnknownRunException extends RunUsageException {
  private static final long serialVersionUID = 1L;

  UnknownRunException(String name, RunFolders folders) {
    super("--run " + name + ": there is no such run in " + folders.checkpoints());
  }
}
