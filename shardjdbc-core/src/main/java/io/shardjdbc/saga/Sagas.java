package io.shardjdbc.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Runs sagas over a DataSource, and goes on with those that other processes have left.
 *
 * <pre>{@code
 * try (Sagas sagas = Sagas.builder(dataSource).saga(transfer).build()) {
 *   SagaResult<SagaState> result = sagas.run(transfer, "order-4711", input);
 * }
 * }</pre>
 *
 * <p>A saga's key makes it the same saga: to start it again, here or elsewhere, gives the first
 * one's result. The tables it needs are created in the schema {@code shardjdbc} of each shard when
 * they are first needed, or by {@link #install()}.
 *
 * <p>Thread-safe. To be closed before the DataSource is; whatever it leaves then is due at once,
 * for other processes or the next one.
 */
public final class Sagas implements AutoCloseable {

  private static final Duration FIRST_LOOK = Duration.ofMillis(10);
  private static final Duration LONGEST_LOOK = Duration.ofMillis(500);
  private static final int CLAIMED_AT_ONCE = 10;

  private final ShardDataSource dataSource;
  private final Map<String, Saga<?>> definitions;
  private final Duration patience;
  private final boolean background;
  private final SagaIds ids;
  private final RunContext context;
  private final SagaRecords records;
  private final SagaThreads threads;

  Sagas(SagasBuilder builder) {
    this.dataSource = builder.dataSource;
    this.definitions = Map.copyOf(builder.definitions);
    this.patience = builder.patience;
    this.background = builder.background;
    this.ids = new SagaIds(dataSource);
    ShardWork work = new ShardWork(dataSource);
    this.records = new SagaRecords(work, UUID.randomUUID(), builder.lease);
    this.threads = new SagaThreads(builder.threads);
    this.context =
        new RunContext(
            work,
            records,
            new GroupThreads(threads.steps()),
            builder.listener,
            new CountDownLatch(1));
    Timers timers = threads.timers();
    timers.onEach(dataSource::shards, builder.lease.dividedBy(3), this::renew);
    if (background) {
      Duration retention = builder.retention;
      timers.onEach(dataSource::shards, builder.interval, this::look);
      timers.onEach(
          dataSource::shards,
          SagaPurge.interval(retention),
          shard -> SagaPurge.of(work, records, dataSource.shards()).run(shard, retention));
    }
  }

  /** Describes it. */
  public static SagasBuilder builder(ShardDataSource dataSource) {
    return new SagasBuilder(dataSource);
  }

  static String definitionKey(Saga<?> saga) {
    return saga.name() + "/" + saga.version();
  }

  /** The id of the saga of a name and a key, started or not: the same for everybody. */
  public static UUID id(String name, String key) {
    return SagaIds.idOf(name, key);
  }

  /** Creates the tables on all shards, where they are not there: for a role that may. */
  public void install() throws SQLException {
    for (ShardId shard : dataSource.shards()) {
      context.work().tables().require(shard);
    }
  }

  /**
   * Starts a saga and runs it in this thread; or, if one of this key was started before, gives what
   * became of that, after waiting for it.
   *
   * @param key 1 to 1,000 characters that name this piece of business and no other
   * @return completed, compensated, or parked
   * @throws SQLException if it has not ended in time, in which case it goes on in the background;
   *     if the key was used with another input; if its home shard is not available
   */
  public <S> SagaResult<S> run(Saga<S> saga, String key, S input) throws SQLException {
    UUID id = SagaIds.idOf(saga.name(), key);
    ShardId home = ids.homeOf(id);
    String json = json(saga, input);
    if (records.insert(home, id, saga, key, json, true)) {
      context.tell(saga, id, SagaEvent.Kind.STARTED, null, null);
      drive(saga, SagaRecord.begun(home, id, saga, key, json));
    } else {
      requireSame(saga, home, id, json);
    }
    return await(saga, home, id);
  }

  /**
   * Starts a saga in the background, unless one of this key was started before.
   *
   * @return its id
   * @throws SQLException if the key was used with another input, or its home shard is not available
   */
  public <S> UUID start(Saga<S> saga, String key, S input) throws SQLException {
    UUID id = SagaIds.idOf(saga.name(), key);
    ShardId home = ids.homeOf(id);
    String json = json(saga, input);
    if (records.insert(home, id, saga, key, json, false)) {
      context.tell(saga, id, SagaEvent.Kind.STARTED, null, null);
      lookSoon(home);
    } else {
      requireSame(saga, home, id, json);
    }
    return id;
  }

  /** What has become of the saga of a key so far, if there is one. */
  public <S> Optional<SagaResult<S>> find(Saga<S> saga, String key) throws SQLException {
    requireKnown(saga);
    UUID id = SagaIds.idOf(saga.name(), key);
    return Optional.ofNullable(records.find(ids.homeOf(id), id)).map(found -> found.result(saga));
  }

  private <S> String json(Saga<S> saga, S input) throws SQLException {
    requireKnown(saga);
    if (context.isClosing()) {
      throw SqlErrors.closed("the Sagas");
    }
    String json = saga.codec().encode(input);
    if (json.length() > FlatJson.LONGEST) {
      throw SqlErrors.of(ErrorCode.USAGE, "the input of saga " + saga.name() + " is too long");
    }
    return json;
  }

  private void requireKnown(Saga<?> saga) throws SQLException {
    if (definitions.get(definitionKey(saga)) != saga) {
      throw SqlErrors.of(ErrorCode.USAGE, "saga " + saga + " was not given to the builder");
    }
  }

  private void requireSame(Saga<?> saga, ShardId home, UUID id, String json) throws SQLException {
    if (!records.hasInput(home, id, json)) {
      throw SqlErrors.of(ErrorCode.SAGA_KEY_REUSED, saga.name());
    }
  }

  private <S> SagaResult<S> await(Saga<S> saga, ShardId home, UUID id) throws SQLException {
    long end = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_LOOK;
    while (true) {
      SagaRecord record = records.find(home, id);
      if (record == null) {
        throw SqlErrors.of(ErrorCode.SAGA_UNFINISHED, saga.name(), id);
      }
      if (record.status().isEnd()) {
        return record.result(saga);
      }
      SagaRecord mine = record.due() ? claimed(record) : null;
      if (mine == null) {
        if (System.nanoTime() - end >= 0) {
          throw SqlErrors.of(ErrorCode.SAGA_UNFINISHED, saga.name(), id);
        }
        pause(pause, saga, id);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_LOOK) < 0
                ? pause.multipliedBy(2)
                : LONGEST_LOOK;
      } else {
        resume(mine);
      }
    }
  }

  private @Nullable SagaRecord claimed(SagaRecord record) throws SQLException {
    return definitions.containsKey(definitionKey(record))
        ? records.claim(record.home(), record.id())
        : null;
  }

  private void pause(Duration pause, Saga<?> saga, UUID id) throws SQLException {
    try {
      context.pause(pause);
    } catch (LetGoException e) {
      throw SqlErrors.of(e, ErrorCode.SAGA_UNFINISHED, saga.name(), id);
    }
  }

  private void lookSoon(ShardId shard) {
    if (background) {
      threads.timers().soon(() -> look(shard));
    }
  }

  private void renew(ShardId shard) throws SQLException {
    List<UUID> held = threads.held(shard);
    if (!held.isEmpty()) {
      records.renew(shard, held);
    }
  }

  /** Takes over what is due on a shard, as far as there are threads, and runs it there. */
  private void look(ShardId shard) throws SQLException {
    int free = threads.takeFree(CLAIMED_AT_ONCE);
    int used = 0;
    try {
      if (free > 0) {
        for (SagaRecord record : records.claimDue(shard, definitions.keySet(), free)) {
          used++;
          threads.run(() -> resume(record));
        }
      }
    } finally {
      threads.giveBack(free - used);
    }
  }

  /**
   * Runs, in this thread, all sagas that are due on any shard.
   *
   * @return how many there were
   */
  public int recover() throws SQLException {
    int count = 0;
    for (ShardId shard : dataSource.shards()) {
      List<SagaRecord> due;
      do {
        due = records.claimDue(shard, definitions.keySet(), 1);
        for (SagaRecord record : due) {
          resume(record);
          count++;
        }
      } while (!due.isEmpty());
    }
    return count;
  }

  private static String definitionKey(SagaRecord record) {
    return record.summary().name() + "/" + record.summary().version();
  }

  private void resume(SagaRecord record) throws SQLException {
    Saga<?> saga = definitions.get(definitionKey(record));
    if (saga != null) {
      context.tell(saga, record.id(), SagaEvent.Kind.RESUMED, null, null);
      drive(saga, record);
    }
  }

  private <S> void drive(Saga<S> saga, SagaRecord record) throws SQLException {
    threads.hold(record.home(), record.id());
    try {
      new SagaRun<>(saga, record, context).run();
    } catch (LetGoException e) {
      if (context.isClosing() || Thread.currentThread().isInterrupted()) {
        records.release(record, Duration.ZERO);
      }
    } finally {
      threads.letGo(record.home(), record.id());
    }
  }

  /** The sagas that wait for a person, of all shards. */
  public List<SagaSummary> parked() throws SQLException {
    List<SagaSummary> parked = new ArrayList<>();
    for (ShardId shard : dataSource.shards()) {
      parked.addAll(records.parked(shard));
    }
    return parked;
  }

  /**
   * The sagas that have been due for so long and that nobody has gone on with: no process that runs
   * knows their definition, or all are busy.
   */
  public List<SagaSummary> overdue(Duration since) throws SQLException {
    List<SagaSummary> overdue = new ArrayList<>();
    for (ShardId shard : dataSource.shards()) {
      overdue.addAll(records.overdue(shard, since));
    }
    return overdue;
  }

  /**
   * Tries a parked saga's compensation again, in the background.
   *
   * @throws SQLException if no saga of that id is parked
   */
  public void retry(UUID id) throws SQLException {
    unpark(id, false);
  }

  /**
   * Says that a person has done what the compensation of the step at which it is parked should have
   * done. That compensation is not run any more; those of the steps before it are, in the
   * background.
   *
   * @throws SQLException if no saga of that id is parked
   */
  public void settle(UUID id) throws SQLException {
    unpark(id, true);
  }

  private void unpark(UUID id, boolean settled) throws SQLException {
    ShardId home = ids.homeOf(id);
    if (!records.unpark(home, id, settled)) {
      throw SqlErrors.of(ErrorCode.SAGA_NOT_PARKED, id);
    }
    lookSoon(home);
  }

  /** Ends after the tries that are under way, and lets go of what is not at its end. */
  @Override
  public void close() {
    context.closing().countDown();
    threads.close();
  }
}
