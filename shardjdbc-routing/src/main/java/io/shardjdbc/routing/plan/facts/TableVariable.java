package io.shardjdbc.routing.plan.facts;

import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.Carrier;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.TableShape;
import io.shardjdbc.routing.sql.FromItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One occurrence of a table in a statement. */
public final class TableVariable extends Variable {

  /** What a sequence shows of itself, and nothing else does that people make. */
  private static final List<String> OF_SEQUENCES = List.of("last_value", "log_cnt", "is_called");

  private final FromItem.Table node;
  private final Table table;
  private final @Nullable TableShape shape;
  private final String placement;

  /** The names its columns have here, where all are known. */
  private final @Nullable List<String> shown;

  TableVariable(
      int id, FromItem.Table node, Table table, @Nullable TableShape shape, String placement) {
    super(id, node.label());
    this.node = node;
    this.table = table;
    this.shape = shape;
    this.placement = placement;
    this.shown = shape == null ? null : shown(shape, node.alias());
  }

  private static List<String> shown(TableShape shape, FromItem.@Nullable Alias alias) {
    List<String> names = new ArrayList<>();
    for (ColumnShape column : shape.columns()) {
      names.add(column.name());
    }
    if (alias != null) {
      for (int i = 0; i < Math.min(alias.columns().size(), names.size()); i++) {
        names.set(i, alias.columns().get(i));
      }
    }
    return List.copyOf(names);
  }

  public FromItem.Table node() {
    return node;
  }

  public Table table() {
    return table;
  }

  /** The name of a sharded table's placement in maps. */
  public String placement() {
    return placement;
  }

  public Optional<TableShape> shape() {
    return Optional.ofNullable(shape);
  }

  /** Whether it is a sequence that is read, or has just its columns. */
  public boolean isSequence() {
    return shape != null
        && shape.columns().stream().map(ColumnShape::name).toList().equals(OF_SEQUENCES);
  }

  /** The columns of a sharded table's key as they are called here; empty where that is unknown. */
  public List<ColumnId> key() {
    if (!(table instanceof Table.Sharded sharded)) {
      return List.of();
    }
    List<ColumnId> key = new ArrayList<>();
    for (KeyColumn column : sharded.key()) {
      String name = shownAs(column.name());
      if (name == null) {
        return List.of();
      }
      key.add(new ColumnId(id(), name));
    }
    return key;
  }

  /** The type of the i-th key column, as declared or else as the catalogue has it. */
  public Optional<KeyType> keyType(int i) {
    KeyColumn column = ((Table.Sharded) table).key().get(i);
    if (column.type().isPresent() || shape == null) {
      return column.type();
    }
    return shape.column(column.name()).flatMap(c -> KeyType.named(c.type()));
  }

  /** The column of ids that carry the positions of this table's keys, as it is called here. */
  public Optional<ColumnId> carrier() {
    if (shape == null
        || !(table instanceof Table.Sharded sharded)
        || sharded.key().size() > 1
        || shape.carrier().isEmpty()) {
      return Optional.empty();
    }
    Carrier carrier = shape.carrier().get();
    boolean ofKey =
        carrier.key().equals(sharded.key().get(0).name())
            && keyType(0).equals(Optional.of(carrier.type()));
    String shownAs = ofKey ? shownAs(carrier.column()) : null;
    return shownAs == null ? Optional.empty() : Optional.of(new ColumnId(id(), shownAs));
  }

  /** The column that is called so here, or null where its shape is not known. */
  public @Nullable ColumnShape columnShape(String column) {
    return shape == null || shown == null || !shown.contains(column)
        ? null
        : shape.columns().get(shown.indexOf(column));
  }

  private @Nullable String shownAs(String column) {
    if (shape != null && shown != null) {
      for (int i = 0; i < shown.size(); i++) {
        if (shape.columns().get(i).name().equals(column)) {
          return shown.get(i);
        }
      }
      return null;
    }
    boolean renamed = node.alias() != null && !node.alias().columns().isEmpty();
    return renamed ? null : column;
  }

  @Override
  public Presence presence(String column) {
    if (shown != null) {
      return shown.contains(column) ? Presence.YES : Presence.NO;
    }
    return isOfKey(column) ? Presence.YES : Presence.UNKNOWN;
  }

  /** Whether a column is one of {@link #key}. */
  private boolean isOfKey(String column) {
    boolean found = false;
    if (table instanceof Table.Sharded sharded) {
      for (KeyColumn part : sharded.key()) {
        String name = shownAs(part.name());
        if (name == null) {
          return false;
        }
        found |= name.equals(column);
      }
    }
    return found;
  }

  @Override
  public ColumnId column(String name) {
    return new ColumnId(id(), name);
  }

  @Override
  public EqualityKind family(String column) {
    int keyIndex = key().indexOf(new ColumnId(id(), column));
    if (keyIndex >= 0) {
      Optional<KeyType> type = keyType(keyIndex);
      return type.isPresent() ? EqualityKind.of(type) : EqualityKind.UNDECLARED_KEY;
    }
    if (shape == null || shown == null || !shown.contains(column)) {
      return EqualityKind.OTHER;
    }
    ColumnShape known = shape.columns().get(shown.indexOf(column));
    return known.exactEquality()
        ? EqualityKind.of(KeyType.named(known.type()))
        : EqualityKind.OTHER;
  }

  @Override
  public @Nullable List<String> columns() {
    return shown;
  }
}
