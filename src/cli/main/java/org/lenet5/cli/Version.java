package org.lenet5.cli;

import picocli.CommandLine.IVersionProvider;

/** What --version prints. */
final class Version implements IVersionProvider {
  /** The program's version, from the jar's manifest. */
  static String program() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "lenet5 " + program(),
      "Java "
          + System.getProperty("java.version")
          + ", "
          + System.getProperty("os.name")
          + " "
          + System.getProperty("os.arch")
    };
  }
}
