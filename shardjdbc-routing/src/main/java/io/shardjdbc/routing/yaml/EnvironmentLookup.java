package io.shardjdbc.routing.yaml;

import java.util.Optional;

/** Where {@code ${NAME}} in a configuration is looked up. */
@FunctionalInterface
public interface EnvironmentLookup {

  /** The variable's value; empty when it is not set. */
  Optional<String> get(String name);

  /** The environment variables of this process. */
  static EnvironmentLookup ofProcess() {
    return name -> Optional.ofNullable(System.getenv(name));
  }
}
