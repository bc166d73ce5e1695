package io.shardjdbc.routing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table's shard key.
 *
 * @param name as the catalog has it: folded when it was written without quotes
 * @param type the declared type; empty when the catalog is asked for it
 */
public record KeyColumn(String name, Optional<KeyType> type) {

  /** A column whose type the catalog knows. */
  public static KeyColumn of(String name) {
    return new KeyColumn(name, Optional.empty());
  }

  @Override // by hand, as the start of a program meets it: see docs/decisions.md
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyColumn that && name.equals(that.name) && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + type.hashCode();
  }
}
