package io.shardjdbc.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The account under which PostgreSQL's programs run, since they refuse to run as root.
 *
 * <p>An ordinary user runs them as itself. For root there are two ways. In a user namespace of its
 * own a process is nobody in its own eyes and root in those of the file system, so that nothing has
 * to change its owner; containers often forbid such namespaces. There, the program is started as
 * the user 65534, and what it has to write is given to that user.
 */
public enum Account {
  /** The user who runs this JVM. */
  SELF(""),
  /** Root, without a name in a user namespace. */
  NAMESPACE("unshare -U"),
  /** The unprivileged user 65534. */
  NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

  private static final int NOBODY_ID = 65534;

  private final String prefix;

  Account(String prefix) {
    this.prefix = prefix;
  }

  /**
   * The first account that works here.
   *
   * @throws IllegalStateException if this is root and neither way out is open
   */
  public static Account choose() {
    return choose(Account::worksHere);
  }

  /** The first account for which that is said. */
  public static Account choose(Predicate<Account> works) {
    if (!isRoot()) {
      return SELF;
    }
    for (Account account : List.of(NAMESPACE, NOBODY)) {
      if (works.test(account)) {
        return account;
      }
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and neither `unshare -U` nor `setpriv` works here:"
            + " run as an ordinary user or install util-linux");
  }

  static boolean isRoot() {
    try {
      return Files.exists(Path.of("/proc/self"))
          ? Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
          : "root".equals(System.getProperty("user.name"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private boolean worksHere() {
    Commands.Result uid = Commands.tryRun(command(List.of("id", "-u")));
    return uid.succeeded() && !uid.output().equals("0");
  }

  /** The command that runs a program under this account. */
  public List<String> command(List<String> program) {
    List<String> command = new ArrayList<>();
    if (!prefix.isEmpty()) {
      command.addAll(List.of(prefix.split(" ", -1)));
    }
    command.addAll(program);
    return command;
  }

  /** Gives a file or directory that this JVM made to the account. */
  public void own(Path path) throws IOException {
    if (this == NOBODY) {
      Files.setAttribute(path, "unix:uid", NOBODY_ID);
      Files.setAttribute(path, "unix:gid", NOBODY_ID);
    }
  }
}
