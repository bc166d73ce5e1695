package io.shardjdbc.routing.catalog;

import java.util.List;
import java.util.Optional;

/**
 * How rows of a table move.
 *
 * @param stored the columns that are kept: all but the generated ones
 * @param fixed the columns that UPDATE may set to DEFAULT only: generated ones, and those GENERATED
 *     ALWAYS AS IDENTITY
 * @param obstacle what happens to a row that is deleted or inserted, and not to one that is
 *     updated, in words: {@code "it has triggers"}
 */
public record RowMoves(List<String> stored, List<String> fixed, Optional<String> obstacle) {
  public RowMoves {
    stored = List.copyOf(stored);
    fixed = List.copyOf(fixed);
  }
}
