package io.shardjdbc.copy;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.RowOwners;
import java.util.Collections;
import java.util.List;

/**
 * The fields of a record that are its key, in the order of the key.
 *
 * @param positions where they are in a record, from 0
 * @param types what their columns hold
 * @param forced whether FORCE_NULL or FORCE_NOT_NULL speaks of their columns
 */
record KeyFields(List<Integer> positions, List<KeyType> types, List<Boolean> forced) {

  KeyFields {
    positions = List.copyOf(positions);
    types = List.copyOf(types);
    forced = List.copyOf(forced);
  }

  static KeyFields of(CopyTarget target, CopyFormat format) {
    RowOwners owners = target.owners();
    int texts = format.isBinary() || owners != null ? 0 : target.keyFields().size();
    if (texts > 0) {
      return new KeyFields(
          target.keyFields(),
          Collections.nCopies(texts, KeyType.TEXT),
          Collections.nCopies(texts, false));
    }
    return target.table() instanceof Table.Sharded sharded && owners != null
        ? new KeyFields(
            target.keyFields(),
            owners.types(),
            sharded.key().stream().map(KeyColumn::name).map(format.words()::isForced).toList())
        : new KeyFields(List.of(), List.of(), List.of());
  }

  /** For each field of a record up to the last of the key, its place in the key; -1 for none. */
  int[] places() {
    int last = positions.stream().mapToInt(Integer::intValue).max().orElse(-1);
    int[] places = new int[last + 1];
    for (int field = 0; field <= last; field++) {
      places[field] = positions.indexOf(field);
    }
    return places;
  }
}
