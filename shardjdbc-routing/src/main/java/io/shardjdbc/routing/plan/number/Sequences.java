package io.shardjdbc.routing.plan.number;

import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.catalog.Catalog.CountedColumn;
import io.shardjdbc.routing.catalog.Catalog.Sequence;
import io.shardjdbc.routing.plan.effects.Functions;
import io.shardjdbc.routing.plan.facts.Tables;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.FromItem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where sequences count.
 *
 * <p>CREATE SEQUENCE and serial columns make a sequence on every shard, but only one of them
 * counts, so that no number comes twice: that of the first shard, or, for a sequence that belongs
 * to a table of one shard, the one of that shard.
 */
public final class Sequences {

  private static final String OWN_SCHEMA = "shardjdbc";

  private static final Set<String> STEPS = Set.of("nextval", "setval");
  private static final Set<String> REMEMBERED = Set.of("currval", "lastval");

  private final Tables tables;

  public Sequences(Tables tables) {
    this.tables = tables;
  }

  /** Whether the call moves a sequence on. */
  public static boolean isStep(Expr.Call call) {
    return STEPS.contains(call.name().last()) && Functions.isBuiltIn(call);
  }

  /** Whether the call takes a number. */
  public static boolean isNext(Expr.Call call) {
    return call.name().last().equals("nextval") && isStep(call) && call.arguments().size() == 1;
  }

  /** One number of the sequence that a call names; null where the text does not tell which. */
  public @Nullable Draw draw(Expr.Call call) {
    String name = call.arguments().isEmpty() ? null : text(call.arguments().get(0));
    if (name == null) {
      return null;
    }
    // Null where it is said by its number, or is no name at all.
    return Identifiers.find(name.strip()).map(p -> draw(name, p)).orElse(null);
  }

  private Draw draw(String text, List<String> parts) {
    Optional<Sequence> sequence = tables.catalog().sequence(parts);
    return new Draw(text, sequence.map(Sequence::name).orElse(parts), tables.homeOf(sequence), 1);
  }

  /**
   * The sequence whose last number in the session a call asks for, none for that of whichever was
   * used last; null where it is no such call, or the text does not tell which.
   */
  public @Nullable List<String> remembered(Expr.Call call) {
    if (!REMEMBERED.contains(call.name().last()) || !Functions.isBuiltIn(call)) {
      return null;
    }
    if (call.arguments().isEmpty()) {
      return call.name().last().equals("lastval") ? List.of() : null;
    }
    String name = call.arguments().size() == 1 ? text(call.arguments().get(0)) : null;
    return name == null
        ? null
        : Identifiers.find(name.strip())
            .flatMap(parts -> tables.catalog().sequence(parts))
            .map(Sequence::name)
            .orElse(null);
  }

  /** The text that an expression is, be it taken for the name of a relation; or null. */
  static @Nullable String text(Expr name) {
    if (name instanceof Expr.Cast cast) {
      String type = cast.type().name().last();
      return type.equals("regclass") || type.equals("text") ? text(cast.value()) : null;
    }
    return name instanceof Expr.Literal literal && literal.kind() == Expr.LiteralKind.STRING
        ? literal.value()
        : null;
  }

  private Optional<Table> declared(List<String> name) {
    return Optional.ofNullable(tables.find(name).orNull());
  }

  /** The home of most sequences, and of those that the text does not name. */
  public ShardId first() {
    return tables.configuration().shards().get(0);
  }

  /** The declaration of a table that is written to; null where there is none. */
  public @Nullable Table target(FromItem.Table node) {
    return declared(Tables.local(node.name())).orElse(null);
  }

  /** All columns of a table, in their order; none where they are not known. */
  public List<String> columns(FromItem.Table node) {
    return tables.catalog().table(Tables.local(node.name())).stream()
        .flatMap(shape -> shape.columns().stream())
        .map(ColumnShape::name)
        .toList();
  }

  /**
   * The columns of a table that a sequence fills. The library's own tables are no one table: each
   * shard counts for itself.
   */
  public List<CountedColumn> counted(FromItem.Table node) {
    List<String> parts = node.name().parts();
    if (parts.size() > 1 && OWN_SCHEMA.equals(parts.get(parts.size() - 2))) {
      return List.of();
    }
    return CountedInViews.over(tables.catalog(), Tables.local(node.name()));
  }
}
