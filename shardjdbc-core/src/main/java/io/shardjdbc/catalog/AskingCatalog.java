package io.shardjdbc.catalog;

import io.shardjdbc.pool.NodePool;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.catalog.Catalog;
import io.shardjdbc.routing.catalog.RowMoves;
import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A catalog that asks servers, and remembers what they said until it is told to {@link #forget}.
 *
 * <p>Thread-safe where asking is.
 */
public abstract class AskingCatalog implements Catalog {

  private volatile Known known = new Known();

  /** What was answered under one schema; answers that come late are noted where nobody looks. */
  private record Known(
      Map<List<String>, TableShape> tables,
      Map<List<String>, Volatility> functions,
      Map<String, Volatility> operators,
      Map<String, Volatility> attributes,
      Map<List<String>, List<Reaction>> reactions,
      Map<String, List<List<String>>> namesakes,
      Map<List<String>, List<CountedColumn>> counted,
      Map<List<String>, Optional<Sequence>> sequences,
      Map<List<String>, List<ShardId>> holders,
      Map<List<String>, Boolean> takers,
      KnownCode code,
      Absences absences) {
    Known() {
      this(
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new ConcurrentHashMap<>(),
          new KnownCode(),
          new Absences());
    }
  }

  /** Asks the servers that may know; empty where none does. */
  public abstract <T> Optional<T> ask(NodePool.Question<Optional<T>> question);

  /** Asks all servers that can be reached, and gives what they say without doubles. */
  public abstract <T> List<T> everywhere(NodePool.Question<List<T>> question);

  /** Whether all servers say yes; false where one of them cannot be asked. */
  protected abstract boolean onAll(NodePool.Question<Boolean> question);

  /** Forgets everything, because the schema may have changed. */
  public void forget() {
    known = new Known();
  }

  @Override
  public final Optional<TableShape> table(List<String> name) {
    Known now = known;
    TableShape shape = now.tables.get(name);
    if (shape != null) {
      return Optional.of(shape);
    }
    if (now.absences.contains(name)) {
      return Optional.empty();
    }
    Optional<TableShape> found =
        ask(connection -> CatalogQueries.read(connection, name)).map(this::believed);
    found.ifPresentOrElse(s -> now.tables.put(name, s), () -> now.absences.add(name));
    return found;
  }

  /** What ids say is believed where every shard's check says so. */
  private TableShape believed(TableShape shape) {
    return shape.carrier().isEmpty()
            || onAll(
                connection ->
                    CarrierQuery.read(connection, CatalogQueries.quoted(shape.name()))
                        .equals(shape.carrier()))
        ? shape
        : shape.withCarrier(Optional.empty());
  }

  @Override
  public final Optional<String> view(List<String> name) {
    return ask(connection -> CatalogQueries.readView(connection, name));
  }

  @Override
  public final Volatility function(List<String> name) {
    Known now = known;
    Volatility volatility = now.functions.get(name);
    if (volatility != null) {
      return volatility;
    }
    Optional<Volatility> found = ask(connection -> CatalogQueries.readFunction(connection, name));
    found.ifPresent(v -> now.functions.put(name, v));
    return found.orElse(Volatility.UNKNOWN);
  }

  @Override
  public final Volatility operator(String sign) {
    // Where there is none, it is an error.
    return noted(known.operators, sign, c -> CatalogQueries.readOperator(c, sign));
  }

  @Override
  public final Volatility attribute(String name) {
    return noted(known.attributes, name, c -> CatalogQueries.readAttribute(c, name));
  }

  private Volatility noted(
      Map<String, Volatility> notes,
      String name,
      NodePool.Question<Optional<Volatility>> question) {
    Volatility volatility = notes.get(name);
    if (volatility == null) {
      volatility = ask(question).orElse(Volatility.IMMUTABLE);
      notes.put(name, volatility);
    }
    return volatility;
  }

  @Override
  public final Optional<RowMoves> moves(List<String> name) {
    return ask(connection -> RowMovesQuery.read(connection, CatalogQueries.quoted(name)));
  }

  @Override
  public final Optional<Relatives> relatives(List<String> name) {
    return ask(connection -> RelativesQuery.read(connection, CatalogQueries.quoted(name)));
  }

  @Override
  public final List<List<String>> namesakes(String name) {
    Known now = known;
    List<List<String>> namesakes = now.namesakes.get(name);
    if (namesakes != null) {
      return namesakes;
    }
    Optional<List<List<String>>> found = ask(c -> Optional.of(RelativesQuery.namesakes(c, name)));
    found.ifPresent(all -> now.namesakes.put(name, all));
    return found.orElse(List.of());
  }

  @Override
  public final List<Reaction> reactions(List<String> name) {
    Known now = known;
    List<Reaction> reactions = now.reactions.get(name);
    if (reactions != null) {
      return reactions;
    }
    Optional<List<Reaction>> found = ask(c -> ReactionsQuery.read(c, CatalogQueries.quoted(name)));
    found.ifPresent(r -> now.reactions.put(name, r));
    return found.orElse(List.of());
  }

  @Override
  public final Optional<String> defaultOf(List<String> name, String column) {
    return ask(c -> DefaultQuery.read(c, CatalogQueries.quoted(name), column));
  }

  @Override
  public final List<CountedColumn> counted(List<String> name) {
    Known now = known;
    List<CountedColumn> counted = now.counted.get(name);
    if (counted != null || now.absences.contains(name)) {
      return counted == null ? List.of() : counted;
    }
    Optional<List<CountedColumn>> found =
        ask(c -> SequencesQuery.counted(c, CatalogQueries.quoted(name)));
    found.ifPresent(columns -> now.counted.put(name, columns));
    return found.orElse(List.of());
  }

  @Override
  public final Optional<Sequence> sequence(List<String> name) {
    Known now = known;
    Optional<Sequence> sequence = now.sequences.get(name);
    if (sequence == null) {
      sequence = ask(c -> SequencesQuery.sequence(c, CatalogQueries.quoted(name)));
      now.sequences.put(name, sequence);
    }
    return sequence;
  }

  /** The shards whose server says yes. */
  protected abstract List<ShardId> holders(NodePool.Question<Boolean> question);

  @Override
  public final List<ShardId> shardsWithRoutine(List<String> name) {
    return holders(HoldersQuery.routine(name));
  }

  @Override
  public final List<ShardId> shardsWith(List<String> name) {
    Known now = known;
    List<ShardId> with = now.holders.get(name);
    if (with == null) {
      with = now.absences.contains(name) ? List.of() : holders(HoldersQuery.relation(name));
      if (with.isEmpty()) {
        now.absences.add(name);
      } else {
        now.holders.put(name, with);
      }
    }
    return with;
  }

  @Override
  public final boolean takesRowsAtOnce(List<String> name) {
    Known now = known;
    Boolean takes = now.takers.get(name);
    if (takes == null) {
      takes = onAll(c -> RowsAtOnceQuery.read(c, CatalogQueries.quoted(name)));
      now.takers.put(name, takes);
    }
    return takes;
  }

  @Override
  public final UserCode userCode() {
    return known.code.code(() -> UserCodeQuery.collected(everywhere(UserCodeQuery::read)));
  }

  @Override
  public final List<String> sources(String signature) {
    return known.code.sources(
        signature, asked -> everywhere(connection -> UserCodeQuery.source(connection, asked)));
  }

  @Override
  public final List<Attached> attached(List<String> name) {
    return known.code.attached(
        name,
        table -> ask(c -> AttachedQuery.read(c, CatalogQueries.quoted(table))).orElse(List.of()));
  }
}
