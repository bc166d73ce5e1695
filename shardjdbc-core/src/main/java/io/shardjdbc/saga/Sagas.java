package io.shardjdbc.saga;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.saga.work.EachShard;
import io.shardjdbc.saga.work.FlatJson;
import io.shardjdbc.saga.work.Gates;
import io.shardjdbc.saga.work.LetGoException;
import io.shardjdbc.saga.work.SagaIds;
import io.shardjdbc.saga.work.SagaThreads;
import io.shardjdbc.saga.work.ShardWork;
import io.shardjdbc.saga.work.StepFailures;
import io.shardjdbc.saga.work.Terms;
import io.shardjdbc.saga.work.Timers;
import io.shardjdbc.saga.work.Times;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
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
  private final Gates gates;
  private final SagaPurge purge;
  private final Settling settling;
  private final SameSaga same;
  private final Queue<ShardId> hungry = new ConcurrentLinkedQueue<>();

  Sagas(SagasBuilder builder) {
    this.dataSource = builder.dataSource;
    this.definitions = Map.copyOf(builder.definitions);
    this.patience = builder.patience;
    this.background = builder.background;
    this.ids = new SagaIds(dataSource);
    ShardWork work = new ShardWork(dataSource);
    this.records = new SagaRecords(work, UUID.randomUUID(), builder.lease);
    this.threads = new SagaThreads(builder.threads, dataSource.shards().size());
    this.gates = new Gates(builder.threads, dataSource.shards().size());
    this.purge = new SagaPurge(work, records, builder.retention);
    this.settling = new Settling(work, records);
    this.same = new SameSaga(records);
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
      timers.onEach(dataSource::shards, builder.interval, this::look);
      timers.onEach(dataSource::shards, purge.interval(), purge::run);
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
    SagaRecord begun = begun(saga, key, input, true);
    if (records.insert(begun, saga, true)) {
      context.tell(saga, begun.id(), SagaEvent.Kind.STARTED, null, null);
      drive(saga, begun, null);
    } else {
      same.require(saga, begun);
    }
    return await(saga, begun.id());
  }

  /**
   * Starts a saga in the background, unless one of this key was started before.
   *
   * @return its id
   * @throws SQLException if the key was used with another input, or its home shard is not available
   */
  public <S> UUID start(Saga<S> saga, String key, S input) throws SQLException {
    SagaRecord begun = begun(saga, key, input, false);
    if (records.insert(begun, saga, false)) {
      context.tell(saga, begun.id(), SagaEvent.Kind.STARTED, null, null);
      lookSoon(begun.home());
    } else {
      same.require(saga, begun);
    }
    return begun.id();
  }

  private <S> SagaRecord begun(Saga<S> saga, String key, S input, boolean hold)
      throws SQLException {
    UUID id = SagaIds.idOf(saga.name(), key);
    String json = json(saga, input);
    List<Step<S>> first = saga.groups().get(0);
    Places places;
    try {
      places = Places.of(context.work(), first, saga.codec().decode(json));
    } catch (RuntimeException | Error e) {
      places = Places.nowhere(first); // it is begun, and told to be no good like any other
    }
    long epoch = Terms.drawn() + (hold ? 1 : 0);
    return SagaRecord.begun(ids.homeOf(id), id, saga, key, json, places, epoch);
  }

  /**
   * What has become of the saga of a key so far, if there is one.
   *
   * @throws SQLException if it was begun with another version, or its home shard is not available
   */
  public <S> Optional<SagaResult<S>> find(Saga<S> saga, String key) throws SQLException {
    requireKnown(saga);
    UUID id = SagaIds.idOf(saga.name(), key);
    SagaRecord found = records.find(id);
    if (found == null) {
      return Optional.empty();
    }
    SameSaga.requireVersion(saga, found);
    return Optional.of(found.result(saga));
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

  private <S> SagaResult<S> await(Saga<S> saga, UUID id) throws SQLException {
    long end = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_LOOK;
    while (true) {
      boolean interrupted = Thread.currentThread().isInterrupted();
      SagaRecord record = interrupted ? null : records.find(id);
      if (record == null) {
        throw SqlErrors.of(ErrorCode.SAGA_UNFINISHED, saga.name(), id);
      }
      if (record.status().isEnd()) {
        return record.result(saga);
      }
      SameSaga.requireSteps(saga, record);
      if (context.isClosing()) {
        throw SqlErrors.of(ErrorCode.SAGA_UNFINISHED, saga.name(), id);
      }
      SagaRecord mine = record.due() ? records.claim(id, saga.fingerprint()) : null;
      if (mine == null) {
        if (System.nanoTime() - end >= 0) {
          throw SqlErrors.of(ErrorCode.SAGA_UNFINISHED, saga.name(), id);
        }
        pause(pause, saga, id);
        pause = pause.compareTo(LONGEST_LOOK) < 0 ? pause.multipliedBy(2) : LONGEST_LOOK;
      } else {
        resume(mine, null);
      }
    }
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
    context.work().requireOpen(); // or else the threads end
    List<UUID> held = ids.ofHome(shard, threads.held());
    if (!held.isEmpty()) {
      records.renew(shard, held);
    }
  }

  /**
   * Takes over what is due on a shard, as far as there are threads, and runs it there. Where there
   * may be more, it looks again as soon as a thread is free.
   */
  private void look(ShardId shard) throws SQLException {
    int free = threads.takeFree(CLAIMED_AT_ONCE);
    int used = 0;
    try {
      if (free > 0) {
        for (SagaRecord record : records.claimDue(shard, definitions.values(), free)) {
          used++;
          threads.run(() -> resume(record, gates), this::lookWhereMoreIs);
        }
      }
    } finally {
      threads.giveBack(free - used);
      if (used == free && !hungry.contains(shard)) {
        hungry.add(shard);
      }
    }
  }

  private void lookWhereMoreIs() {
    ShardId shard = hungry.poll();
    if (shard != null && !context.isClosing()) {
      lookSoon(shard);
    }
  }

  /**
   * Runs in this thread all sagas that are due on any shard; forgets those that ended long ago.
   *
   * @return how many were due
   * @throws ShardsAwayException if a shard cannot be asked; those due on the others are run
   */
  public int recover() throws SQLException {
    return EachShard.count(dataSource.shards(), this::recover, ShardsAwayException::new);
  }

  private int recover(ShardId shard) throws SQLException {
    int count = 0;
    List<SagaRecord> due;
    do {
      due = records.claimDue(shard, definitions.values(), 1);
      for (SagaRecord record : due) {
        resume(record, gates);
        count++;
      }
    } while (!due.isEmpty() && !context.isClosing());
    purge.runIfTime(shard);
    return count;
  }

  private void resume(SagaRecord record, @Nullable Gates passed) throws SQLException {
    Saga<?> saga = definitions.get(record.summary().definition());
    if (saga != null) {
      context.tell(saga, record.id(), SagaEvent.Kind.RESUMED, null, null);
      drive(saga, record, passed);
    }
  }

  private <S> void drive(Saga<S> saga, SagaRecord record, @Nullable Gates passed)
      throws SQLException {
    threads.hold(record.id());
    try {
      new SagaRun<>(saga, record, context, passed).run();
    } catch (LetGoException e) {
      if (e.isHeld()) {
        giveBack(saga, record);
      }
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      // No more than a mistake could cause it; to take it over again and again would not mend it.
      String reason = "it cannot go on: " + StepFailures.words(e);
      records.park(record, null, null, reason);
      context.tell(saga, record.id(), SagaEvent.Kind.PARKED, null, reason);
    } finally {
      threads.letGo(record.id());
    }
  }

  /** Gives the lease back, whatever this thread is wanted for. */
  private void giveBack(Saga<?> saga, SagaRecord record) throws SQLException {
    boolean interrupted = Thread.interrupted();
    try {
      // A step that interrupts the background's own thread would do so again at once.
      boolean again = threads.isCurrent() && !context.isClosing();
      Step<?> first = saga.groups().get(0).get(0);
      records.release(
          record, again ? Tries.pauseOf(first.retry(), record.releases()) : Duration.ZERO);
    } finally {
      if (interrupted && !threads.isCurrent()) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * The sagas that wait for a person, of all shards.
   *
   * @throws ShardsAwayException with those of the other shards, if one cannot be asked
   */
  public List<SagaSummary> parked() throws SQLException {
    return EachShard.list(dataSource.shards(), records::parked, ShardsAwayException::new);
  }

  /**
   * The sagas that have been due for so long and that nobody has gone on with: no process that runs
   * knows their definition with the same steps, or all are busy.
   *
   * @throws ShardsAwayException as {@link #parked}
   */
  public List<SagaSummary> overdue(Duration since) throws SQLException {
    EachShard.Ask<List<SagaSummary>> ask = shard -> records.overdue(shard, Times.bounded(since));
    return EachShard.list(dataSource.shards(), ask, ShardsAwayException::new);
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
   * done. Nobody runs that compensation any more: an entry in the journal sees to it. Those of the
   * steps before it are run in the background.
   *
   * @throws SQLException if no saga of that id is parked; if that compensation has been done
   *     meanwhile, by a process that was thought dead; if the step's shard is not available
   */
  public void settle(UUID id) throws SQLException {
    unpark(id, true);
  }

  private void unpark(UUID id, boolean settled) throws SQLException {
    settling.unpark(id, settled);
    lookSoon(ids.homeOf(id));
  }

  /** Ends after the tries that are under way, and lets go of what is not at its end. */
  @Override
  public void close() {
    context.closing().countDown();
    threads.close();
  }
}
