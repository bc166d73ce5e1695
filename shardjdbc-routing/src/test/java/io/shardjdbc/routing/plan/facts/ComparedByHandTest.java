package io.shardjdbc.routing.plan.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.Placements;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.TablePolicy;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.Default;
import io.shardjdbc.routing.plan.keys.Targets.Target;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.Span;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records whose equality is written by hand compare all that they have. */
class ComparedByHandTest {

  private static final ShardId SHARD = new ShardId("s0");
  private static final Expr ONE = new Expr.Parameter(1, new Span(0, 1));
  private static final Expr OTHER = new Expr.Parameter(2, new Span(0, 1));
  private static final Domain TERMS = new Domain.Terms(List.of(ONE));

  /** Of each record one, and behind it one that differs in its first component, and so on. */
  static Stream<Supplier<List<Record>>> records() {
    return Stream.of(
        () -> List.of(new ShardId("s0"), new ShardId("s1")),
        () ->
            List.of(
                new MapEpoch(new UUID(1, 2), 3),
                new MapEpoch(new UUID(1, 3), 3),
                new MapEpoch(new UUID(1, 2), 4)),
        () ->
            List.of(
                KeyColumn.of("a"),
                KeyColumn.of("b"),
                new KeyColumn("a", Optional.of(KeyType.INTEGER))),
        () ->
            List.of(
                new TablePolicy(true, true, false, false),
                new TablePolicy(false, true, false, false),
                new TablePolicy(true, false, false, false),
                new TablePolicy(true, true, true, false),
                new TablePolicy(true, true, false, true)),
        () -> List.of(new Span(1, 2), new Span(0, 2), new Span(1, 3)),
        () -> List.of(new ColumnId(1, "a"), new ColumnId(2, "a"), new ColumnId(1, "b")),
        ComparedByHandTest::hints,
        ComparedByHandTest::tables,
        ComparedByHandTest::targets,
        ComparedByHandTest::columns,
        () -> List.of(new Domain.Terms(List.of(ONE)), new Domain.Terms(List.of(OTHER))),
        () -> List.of(implication(1, 2), implication(3, 2), implication(1, 3)),
        () ->
            List.of(
                new Expr.Parameter(1, new Span(0, 1)),
                new Expr.Parameter(2, new Span(0, 1)),
                new Expr.Parameter(1, new Span(0, 2))));
  }

  private static List<Record> hints() {
    return List.of(
        new Hint(null, null, false, false, false, false, false),
        new Hint(SHARD, null, false, false, false, false, false),
        new Hint(null, 7L, false, false, false, false, false),
        new Hint(null, null, true, false, false, false, false),
        new Hint(null, null, false, true, false, false, false),
        new Hint(null, null, false, false, true, false, false),
        new Hint(null, null, false, false, false, true, false),
        new Hint(null, null, false, false, false, false, true));
  }

  private static Table.Sharded table(String name, String key, String shard, boolean scatter) {
    return new Table.Sharded(
        List.of(name),
        List.of(KeyColumn.of(key)),
        Placements.ring(List.of(new ShardId(shard))),
        new TablePolicy(scatter, true, false));
  }

  private static List<Record> tables() {
    return List.of(
        table("t", "a", "s0", true),
        table("u", "a", "s0", true),
        table("t", "b", "s0", true),
        table("t", "a", "s1", true),
        table("t", "a", "s0", false));
  }

  private static List<Record> targets() {
    Table.Sharded table = table("t", "a", "s0", true);
    List<Optional<KeyType>> unknown = List.of(Optional.empty());
    Domain others = new Domain.Terms(List.of(OTHER));
    return List.of(
        new Target(table, List.of(TERMS), unknown, "p", null),
        new Target(table("u", "a", "s0", true), List.of(TERMS), unknown, "p", null),
        new Target(table, List.of(others), unknown, "p", null),
        new Target(table, List.of(TERMS), List.of(Optional.of(KeyType.INTEGER)), "p", null),
        new Target(table, List.of(TERMS), unknown, "q", null),
        new Target(table, List.of(TERMS), unknown, "p", TERMS));
  }

  private static List<Record> columns() {
    return List.of(
        new ColumnShape("a", "int8", "bigint", "", true, true, true, Default.NONE),
        new ColumnShape("b", "int8", "bigint", "", true, true, true, Default.NONE),
        new ColumnShape("a", "int4", "bigint", "", true, true, true, Default.NONE),
        new ColumnShape("a", "int8", "integer", "", true, true, true, Default.NONE),
        new ColumnShape("a", "int8", "bigint", "\"C\"", true, true, true, Default.NONE),
        new ColumnShape("a", "int8", "bigint", "", false, true, true, Default.NONE),
        new ColumnShape("a", "int8", "bigint", "", true, false, true, Default.NONE),
        new ColumnShape("a", "int8", "bigint", "", true, true, false, Default.NONE),
        new ColumnShape("a", "int8", "bigint", "", true, true, true, Default.CONSTANT));
  }

  private static Facts.Implication implication(int source, int target) {
    return new Facts.Implication(List.of(new ColumnId(source, "a")), new ColumnId(target, "a"));
  }

  @ParameterizedTest
  @MethodSource("records")
  void recordsAreEqualIfAllTheirComponentsAre(Supplier<List<Record>> samples) throws Exception {
    List<Record> some = samples.get();
    List<Record> same = samples.get();
    assertThat(some).hasSize(1 + some.get(0).getClass().getRecordComponents().length);
    for (int i = 0; i < some.size(); i++) {
      assertThat(some.get(i).hashCode()).isEqualTo(same.get(i).hashCode());
      assertThat(differences(some.get(0), same.get(i)))
          .isEqualTo(i == 0 ? List.of() : List.of(i - 1));
      for (int j = 0; j < some.size(); j++) {
        assertThat(some.get(i).equals(same.get(j))).as("%s %s", i, j).isEqualTo(i == j);
      }
    }
    assertThat(some.get(0)).isNotEqualTo("something else");
  }

  private static List<Integer> differences(Record one, Record other) throws Exception {
    RecordComponent[] components = one.getClass().getRecordComponents();
    List<Integer> differing = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      Method value = components[i].getAccessor();
      value.setAccessible(true);
      if (!Objects.equals(value.invoke(one), value.invoke(other))) {
        differing.add(i);
      }
    }
    return differing;
  }
}
