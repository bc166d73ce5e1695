package io.shardjdbc.routing.plan.catalogue;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Hint;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.OneShard;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.route.Route;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import io.shardjdbc.routing.sql.Node;
import io.shardjdbc.routing.sql.ParsedSql;
import io.shardjdbc.routing.sql.SelectStatement;
import io.shardjdbc.routing.sql.text.StatementSummary;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The plan of a question to the catalogues: it goes to where the relations are that it names. */
public final class CataloguePlan implements Plan {

  private static final Set<String> FUNCTIONS =
      Set.of(
          "to_regclass",
          "pg_get_serial_sequence",
          "has_table_privilege",
          "has_any_column_privilege",
          "has_column_privilege",
          "has_sequence_privilege",
          "obj_description",
          "col_description",
          "pg_get_viewdef",
          "pg_get_indexdef",
          "pg_get_constraintdef",
          "pg_sequence_last_value",
          "row_security_active");

  private final ParsedSql parsed;
  private final Tables tables;
  private final CatalogueQuestion question;
  private final @Nullable Plan usual;
  private final @Nullable Refusal failed;
  private final @Nullable OpenQuestion everywhere;

  private CataloguePlan(
      ParsedSql parsed,
      Tables tables,
      CatalogueQuestion question,
      @Nullable Plan usual,
      @Nullable Refusal failed) {
    this.parsed = parsed;
    this.tables = tables;
    this.question = question;
    this.usual = usual;
    this.failed = failed;
    this.everywhere = question.isOpen() ? OpenQuestion.of(parsed, tables) : null;
  }

  /** How the statement is planned where all catalogues are alike. */
  @FunctionalInterface
  public interface Usual {
    Found<Plan> plan();
  }

  /**
   * The plan of a statement that asks the catalogues, and tables of the user's not at all; null for
   * another one, and where the first shard has all there is.
   */
  public static @Nullable CataloguePlan of(
      ParsedSql parsed, SelectStatement statement, Hint hint, Tables tables, Usual usual) {
    if (tables.configuration().catalogShards().size() < 2
        || hint.pins()
        || !(CatalogueTables.areIn(statement) || asksByName(statement))
        || readsTables(statement, commonTables(statement))) {
      return null;
    }
    CatalogueQuestion question = CatalogueQuestion.of(statement);
    Found<Plan> found = usual.plan();
    return new CataloguePlan(parsed, tables, question, found.orNull(), found.why());
  }

  /** A relation's row type is a type, too, among many that are on every shard. */
  private static boolean asksByName(Node node) {
    return (node instanceof FromItem.Table table && table.name().last().equals("pg_type"))
        || (node instanceof Expr.Call call && FUNCTIONS.contains(call.name().last()))
        || (node instanceof Expr.Cast cast && cast.type().name().last().equals("regclass"))
        || node.anyChild(CataloguePlan::asksByName);
  }

  private static Set<String> commonTables(Node node) {
    Set<String> names = new TreeSet<>();
    if (node instanceof io.shardjdbc.routing.sql.Query.CommonTable table) {
      names.add(table.name());
    }
    node.eachChild(child -> names.addAll(commonTables(child)));
    return names;
  }

  private static boolean readsTables(Node node, Set<String> common) {
    return (node instanceof FromItem.Table table
            && !Tables.isSystem(Tables.local(table.name()))
            && !(table.name().parts().size() == 1 && common.contains(table.name().last())))
        || node.anyChild(child -> readsTables(child, common));
  }

  @Override
  public String sql() {
    return parsed.sql();
  }

  @Override
  public String summary() {
    return StatementSummary.of(parsed);
  }

  @Override
  public int parameterCount() {
    return parsed.parameterCount();
  }

  @Override
  public Effect effect() {
    return usual == null ? Effect.READ_ON_PRIMARY : usual.effect();
  }

  @Override
  public boolean ofOneMoment() {
    return false; // it is answered by one shard
  }

  @Override
  public Route route(List<@Nullable Object> values, ShardMap map) {
    if (values.size() != parameterCount()) {
      throw new RoutingException(ErrorCode.WRONG_PARAMETER_COUNT, parameterCount(), values.size());
    }
    Set<String> missing = new LinkedHashSet<>();
    Set<ShardId> with = shards(values, missing);
    if (with.isEmpty()) {
      throw new RoutingException(ErrorCode.CATALOGUE_APART, String.join(", ", missing));
    }
    if (question.isOpen()) {
      if (everywhere == null) {
        throw new RoutingException(ErrorCode.CATALOGUE_APART, "whatever there is");
      }
      return everywhere.route();
    }
    ShardId shard = with.iterator().next();
    if (shard.equals(map.first())) {
      if (usual == null) {
        throw failed == null
            ? new IllegalStateException("no plan and no reason")
            : failed.exception();
      }
      return usual.route(values, map);
    }
    return new OneShard(
        Effect.READ_ON_PRIMARY,
        ShardStatement.unchanged(shard, parsed.sql()),
        KeyHashes.any(),
        true,
        null,
        List.of());
  }

  /** The shards that have all relations which are named, in their order. */
  private Set<ShardId> shards(List<@Nullable Object> values, Set<String> missing) {
    Set<ShardId> with = new LinkedHashSet<>(tables.configuration().catalogShards());
    for (Expr name : question.names()) {
      for (String text : texts(name, values)) {
        List<ShardId> holders = holders(text);
        if (!holders.isEmpty()) {
          missing.add(text);
          with.retainAll(holders);
        }
      }
    }
    return with;
  }

  private static List<String> texts(Expr name, List<@Nullable Object> values) {
    if (name instanceof Expr.Literal literal) {
      return List.of(literal.value());
    }
    Object value = name instanceof Expr.Parameter p ? values.get(p.index() - 1) : null;
    if (value instanceof Object[] several) {
      List<String> all = new ArrayList<>();
      for (Object one : several) {
        if (one instanceof String text) {
          all.add(text);
        }
      }
      return all;
    }
    return value instanceof String text ? List.of(text) : List.of();
  }

  /** The shards that have a relation of that name, as written or as SQL reads it. */
  private List<ShardId> holders(String text) {
    List<ShardId> exact = holders(List.of(text));
    if (!exact.isEmpty()) {
      return exact;
    }
    return Identifiers.find(text.strip())
        .filter(name -> !name.equals(List.of(text)))
        .map(this::holders)
        .orElse(exact);
  }

  /** A table of one shard is meant as it is there, whoever else has one of its name. */
  private List<ShardId> holders(List<String> name) {
    List<ShardId> all = tables.catalog().shardsWith(name);
    boolean several = all.size() > 1 && tables.configuration().declares(name);
    Table table = several ? tables.configuration().table(name).orElse(null) : null;
    return table instanceof Table.Single single && all.contains(single.shard())
        ? List.of(single.shard())
        : all;
  }

  @Override
  public Optional<Route> instead(Route failedRoute, List<@Nullable Object> values, ShardMap map) {
    return usual == null || question.isOpen()
        ? Optional.empty()
        : usual.instead(failedRoute, values, map);
  }

  @Override
  public String explain() {
    return (usual == null ? "read on primary" : usual.explain())
        + "\n  of the catalogues, where the relations are that it names";
  }
}
