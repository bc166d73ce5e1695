package io.shardjdbc.testkit.generate;

import io.shardjdbc.routing.RoutingConfiguration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A schema for shards, {@code s0} to {@code s2} at least, and rows for its tables. Immutable.
 *
 * <p>Tables {@code a} and {@code b} are sharded by columns of the same type, {@code c} by a column
 * of another type; {@code r} is a reference table; {@code s} and {@code z} live on one shard each,
 * not the same; {@code v} is a view of {@code a}. Their columns differ from seed to seed.
 */
public final class GeneratedSchema {

  private static final int MORE_COLUMNS = 6;

  private final long seed;
  private final List<GeneratedTable> tables;

  private GeneratedSchema(long seed, List<GeneratedTable> tables) {
    this.seed = seed;
    this.tables = List.copyOf(tables);
  }

  /** The schema of a seed. */
  public static GeneratedSchema of(long seed) {
    Dice dice = new Dice(seed);
    KeyDomain first = dice.pick(Arrays.asList(KeyDomain.values()));
    KeyDomain other = dice.pick(Arrays.stream(KeyDomain.values()).filter(d -> d != first).toList());
    boolean odd = dice.chance(50);
    List<GeneratedTable> tables = new ArrayList<>();
    tables.add(new GeneratedTable("a", "k", first, "other_k", null, types(dice), 25));
    tables.add(new GeneratedTable("b", odd ? "k" : "bk", first, "other_k", null, types(dice), 25));
    tables.add(
        new GeneratedTable(
            odd ? "\"C d\"" : "c",
            odd ? "\"Key\"" : "ck",
            other,
            "other_ck",
            null,
            types(dice),
            20));
    tables.add(new GeneratedTable("r", null, first, "k", null, types(dice), 7));
    tables.add(new GeneratedTable("s", null, first, "s_k", "s2", types(dice), 8));
    tables.add(new GeneratedTable("z", null, other, "z_k", "s2", types(dice), 5));
    return new GeneratedSchema(seed, tables);
  }

  private static List<SqlType> types(Dice dice) {
    List<SqlType> types = new ArrayList<>(SqlType.COMMON);
    List<SqlType> rest = new ArrayList<>(Arrays.asList(SqlType.values()));
    rest.removeAll(types);
    types.addAll(dice.distinct(rest, MORE_COLUMNS));
    return types;
  }

  /** Declares the tables; the configuration needs shards {@code s0} to {@code s2}. */
  public void declare(RoutingConfiguration.Builder routing) {
    tables.forEach(table -> table.declare(routing));
  }

  /** The types that the tables use, which have to be on all shards before the tables. */
  public List<String> types() {
    return SqlType.DEFINITIONS;
  }

  /** The DDL of the tables, and of a view. */
  public List<String> ddl() {
    List<String> ddl = new ArrayList<>(tables.stream().map(GeneratedTable::ddl).toList());
    ddl.add(
        "CREATE VIEW v AS SELECT %s AS vk, id, c_text, c_int4 + 1 AS more FROM %s%s"
            .formatted(viewed().keyColumn(), viewed().name(), " WHERE c_int4 IS DISTINCT FROM 3"));
    return ddl;
  }

  /** The table that the view shows. */
  private GeneratedTable viewed() {
    return tables.get(0);
  }

  /** The view under an alias. */
  Relation view(String alias) {
    KeyDomain domain = viewed().domain();
    Relation.Col key = new Relation.Col(alias + ".vk", domain.type());
    Relation.Col id = new Relation.Col(alias + ".id", SqlType.INT8);
    return new Relation(
        alias,
        "v AS " + alias,
        List.of(
            key,
            id,
            new Relation.Col(alias + ".c_text", SqlType.TEXT),
            new Relation.Col(alias + ".more", SqlType.INT4)),
        new Relation.ShardKey(key, domain),
        id);
  }

  /** Statements that empty the tables. */
  public List<String> clear() {
    return tables.stream().map(table -> "DELETE FROM " + table.name()).toList();
  }

  /** Statements that fill the tables: always with the same rows. */
  public List<String> load() {
    Dice dice = new Dice(seed + 1);
    return tables.stream().map(table -> table.load(dice)).toList();
  }

  List<GeneratedTable> tables() {
    return tables;
  }

  List<GeneratedTable> sharded() {
    return tables.stream().filter(GeneratedTable::isSharded).toList();
  }
}
