package io.shardjdbc.routing.plan.write;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyColumn;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.catalog.Catalog.ColumnShape;
import io.shardjdbc.routing.plan.facts.ColumnId;
import io.shardjdbc.routing.plan.facts.Constants;
import io.shardjdbc.routing.plan.facts.Domain;
import io.shardjdbc.routing.plan.facts.Facts;
import io.shardjdbc.routing.plan.facts.Objections;
import io.shardjdbc.routing.plan.facts.TableVariable;
import io.shardjdbc.routing.plan.keys.Targets;
import io.shardjdbc.routing.plan.number.NumberedMerge;
import io.shardjdbc.routing.plan.prove.Analysis;
import io.shardjdbc.routing.plan.prove.Colocation;
import io.shardjdbc.routing.plan.prove.Colocation.Anchors;
import io.shardjdbc.routing.plan.prove.Colocation.Proof;
import io.shardjdbc.routing.plan.prove.StoredAlike;
import io.shardjdbc.routing.plan.prove.WriteAnalysis;
import io.shardjdbc.routing.route.Found;
import io.shardjdbc.routing.route.Refusal;
import io.shardjdbc.routing.sql.Expr;
import io.shardjdbc.routing.sql.MergeInto;
import io.shardjdbc.routing.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the rows belong that a MERGE inserts: what it says of their keys. */
final class MergeInserts {

  private final String sql;
  private final WriteAnalysis.Result write;
  private final List<MergeInto.When> inserts;

  MergeInserts(String sql, Statement statement, WriteAnalysis.Result write) {
    this.sql = sql;
    this.write = write;
    this.inserts =
        statement instanceof MergeInto merge
            ? merge.whens().stream().filter(w -> w.action() == MergeInto.Action.INSERT).toList()
            : List.of();
  }

  /** Whether it does something with rows of its source that meet none. */
  static boolean in(Statement statement) {
    return statement instanceof MergeInto merge
        && merge.whens().stream()
            .anyMatch(
                w ->
                    w.match() == MergeInto.Match.NOT_MATCHED
                        && w.action() != MergeInto.Action.NOTHING);
  }

  /** Refuses one by which each copy would compute a column its own way; else null. */
  @Nullable Refusal computedDefaults() {
    Objections against = new Objections();
    for (MergeInto.When when : inserts) {
      List<String> columns = columns(when);
      int given = when.values() == null ? 0 : when.values().items().size();
      against.add(
          ReferenceWrites.computedDefaults(
              write.target(),
              NumberedColumns.without(
                  write.target(),
                  when.overriding(),
                  columns.subList(0, Math.min(given, columns.size())))));
    }
    return against.first();
  }

  private List<String> columns(MergeInto.When when) {
    return when.columns().isEmpty() && write.target().shape().isPresent()
        ? write.target().shape().get().columns().stream().map(ColumnShape::name).toList()
        : when.columns();
  }

  /**
   * Where an inserted row has a column of its key from.
   *
   * @param column of the source, or null
   * @param value a constant, or what is computed from the source's columns, if it is no column
   * @param number which of the row's numbers it is, if it is one; or -1
   */
  record KeySource(@Nullable ColumnId column, @Nullable Expr value, int number) {

    boolean isConstant() {
      return value != null && Constants.isConstant(value);
    }
  }

  /** Where the inserted keys come from, which has to be the same for each INSERT. */
  Found<List<KeySource>> sources(@Nullable NumberedMerge numbered) {
    List<KeySource> first = null;
    List<String> texts = List.of();
    for (MergeInto.When when : inserts) {
      List<KeySource> own = new ArrayList<>();
      for (KeyColumn key : table().key()) {
        int number = numbered == null ? -1 : numbered.plain(key.name());
        if (number >= 0) {
          own.add(new KeySource(null, null, number));
          continue;
        }
        Expr value = value(when, key).orNull();
        ColumnId column = value == null ? null : sourceColumn(value);
        if (value == null || NewValues.isDefault(value)) {
          return Found.refused(
              ErrorCode.WRITE_NOT_MERGEABLE,
              "MERGE that inserts under a key which is no column of its source");
        }
        own.add(new KeySource(column, column == null ? value : null, -1));
      }
      List<String> said = own.stream().map(this::said).toList();
      if (first != null && !said.equals(texts)) {
        return Found.refused(
            ErrorCode.WRITE_NOT_MERGEABLE, "MERGE that inserts under several keys");
      }
      first = own;
      texts = said;
    }
    return Found.of(first == null ? List.of() : first);
  }

  private String said(KeySource source) {
    return source.value() == null
        ? String.valueOf(source.column())
        : "value " + source.value().span().of(sql);
  }

  /** The columns that inserted rows have their keys from, or null. */
  private @Nullable List<ColumnId> sources(MergeInto.When when) {
    List<ColumnId> columns = new ArrayList<>();
    for (KeyColumn key : table().key()) {
      ColumnId column = value(when, key).fold(this::sourceColumn, why -> null);
      if (column == null) {
        return null;
      }
      columns.add(column);
    }
    return columns;
  }

  /** Where nothing matched there is no target row, and an unqualified name is the source's. */
  private @Nullable ColumnId sourceColumn(Expr value) {
    return value instanceof Expr.Column c
        ? write.scope().resolveWithout(write.target(), c.name())
        : null;
  }

  /** The keys of the rows that WHEN NOT MATCHED inserts: they have to lie on the route, too. */
  Found<List<Targets.Target>> keys(Facts facts) {
    Objections against = new Objections();
    List<Targets.Target> keys = new ArrayList<>();
    TableVariable target = write.target();
    for (MergeInto.When when : inserts) {
      List<@Nullable Domain> domains = new ArrayList<>();
      List<Optional<KeyType>> types = new ArrayList<>();
      for (int i = 0; i < table().key().size(); i++) {
        Found<Expr> value = value(when, table().key().get(i));
        against.add(value.why());
        domains.add(value.fold(given -> domain(given, facts), why -> null));
        types.add(target.keyType(i));
      }
      keys.add(new Targets.Target(table(), domains, types, target.placement()));
    }
    return against.unless(() -> keys);
  }

  /** What an inserted key may be: a value as it is stored, which may round or cut it. */
  private @Nullable Domain domain(Expr value, Facts facts) {
    ColumnId column = sourceColumn(value);
    if (column != null) {
      return stored(facts.domain(column));
    }
    return Constants.isConstant(value) ? new Domain.Stored(List.of(value)) : null;
  }

  private static @Nullable Domain stored(@Nullable Domain compared) {
    if (compared instanceof Domain.Terms terms) {
      return new Domain.Stored(terms.terms());
    }
    if (compared instanceof Domain.Both both) {
      List<Domain> parts = new ArrayList<>();
      for (Domain part : both.parts()) {
        Domain stored = stored(part);
        if (stored != null) {
          parts.add(stored);
        }
      }
      return parts.isEmpty() ? null : parts.size() == 1 ? parts.get(0) : new Domain.Both(parts);
    }
    return compared instanceof Domain.Stored ? compared : null;
  }

  private Found<Expr> value(MergeInto.When when, KeyColumn key) {
    int at = columns(when).indexOf(key.name());
    if (when.values() == null || at < 0 || at >= when.values().items().size()) {
      return Found.refused(ErrorCode.KEY_MISSING_IN_INSERT, table().displayName(), key.name());
    }
    Refusal numbered = NumberedColumns.ofKey(write.target(), when.overriding(), table(), key);
    return numbered == null ? Found.of(when.values().items().get(at)) : Found.refused(numbered);
  }

  /** Whether each row is inserted where the row of the source is that it comes from. */
  boolean areAtHome(Proof proof, Anchors anchors, Analysis analysis) {
    if (!Colocation.distributes(write.source().get(0), proof)) {
      return false;
    }
    for (MergeInto.When when : inserts) {
      List<ColumnId> given = sources(when);
      if (given == null) {
        return false;
      }
      for (int i = 0; i < given.size(); i++) {
        if (!proof.same().get(i).contains(given.get(i))
            || !StoredAlike.is(write.target(), i, given.get(i), analysis)) {
          return false;
        }
      }
    }
    return !anchors.tables().isEmpty();
  }

  private Table.Sharded table() {
    return (Table.Sharded) write.target().table();
  }
}
