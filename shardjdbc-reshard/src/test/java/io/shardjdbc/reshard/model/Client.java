package io.shardjdbc.reshard.model;

import static io.shardjdbc.reshard.model.State.*;

import io.shardjdbc.reshard.Strategy;

/**
 * A process with one thing to do at a time. Between any two of its steps it may sleep for as long
 * as it likes.
 *
 * <p>Its session on the source comes and goes; that on the target is always there, as no part of
 * the protocol asks for it.
 */
final class Client {
  /** What a client does. */
  enum Role {
    WRITES,
    READS,
    READS_REPLICA,
    READS_BOTH
  }

  private static final int IDLE = 0;
  private static final int WRITE = 1;
  private static final int WRITE_BY_SNAPSHOT = 2;
  private static final int WRITTEN = 3;
  private static final int READ = 4;
  private static final int ASK_FRESHNESS = 5;
  private static final int READ_REPLICA = 6;
  private static final int SCATTER = 7;

  // How far a client is that has its row brought first.
  private static final int TO_ASK = 0;
  private static final int TO_GIVE = 1;
  private static final int TO_TAKE = 2;
  private static final int BROUGHT = 3;

  /** Of a read over both shards: it has to ask what has come. */
  private static final int UNASKED = 3;

  /** Of a read over both shards: what it was told. */
  private static final int HAS_COME = 2;

  private static final int NO_SESSION = 0;
  private static final int HALF_OPEN = 1;
  private static final int READY = 2;

  private static final int BITS = 17;

  private final Rules rules;
  private final Role role;
  private final Field map;
  private final Field session;
  private final Field work;
  private final Field workMap;
  private final Field floor;
  private final Field parts;
  private final Field seen;

  Client(Rules rules, int number, Role role) {
    this.rules = rules;
    this.role = role;
    int at = CLIENTS + number * BITS;
    this.map = new Field(at, 3);
    this.session = new Field(at + 3, 2);
    this.work = new Field(at + 5, 3);
    this.workMap = new Field(at + 8, 3);
    this.floor = new Field(at + 11, 2);
    this.parts = new Field(at + 13, 2);
    this.seen = new Field(at + 15, 2);
  }

  static String describe(int number, long s) {
    Client client = new Client(Rules.all(Strategy.REPLICATE), number, Role.WRITES);
    return "client%d[%s session=%d work=%d by %s floor=%d parts=%d seen=%d]"
        .formatted(
            number,
            client.mapOf(s),
            client.session.of(s),
            client.work.of(s),
            Epoch.of(client.workMap.of(s)),
            client.floor.of(s),
            client.parts.of(s),
            client.seen.of(s));
  }

  /** Whether nothing runs by a map below the epoch, and nothing will. */
  boolean hasEnded(long s, Epoch epoch) {
    if (mapOf(s).isBelow(epoch)) {
      return false;
    }
    boolean busy = work.of(s) != IDLE && workMapOf(s).isBelow(epoch);
    return !busy || !rules.has(Part.BARRIER_COUNTS_WORK);
  }

  /** The same, as the mover can see it: of those that have a session on the source. */
  boolean hasLeft(long s, Epoch epoch) {
    return (!isSeen(s) && work.of(s) != READ_REPLICA) || hasEnded(s, epoch);
  }

  /** Whether nothing will be routed below the epoch by one that has a session on the source. */
  boolean hasPromised(long s, Epoch epoch) {
    return !isSeen(s) || !mapOf(s).isBelow(epoch);
  }

  boolean isWriting(long s) {
    return work.of(s) == WRITTEN;
  }

  void next(long s, Steps steps) {
    learn(s, steps);
    giveBack(s, steps);
    session(s, steps);
    switch (work.of(s)) {
      case IDLE -> begin(s, steps);
      case WRITE -> write(s, false, steps);
      case WRITE_BY_SNAPSHOT -> write(s, true, steps);
      case WRITTEN -> commit(s, steps);
      case READ -> read(s, steps);
      case ASK_FRESHNESS -> ask(s, steps);
      case READ_REPLICA -> readReplica(s, steps);
      default -> scatter(s, steps);
    }
  }

  private void learn(long s, Steps steps) {
    int newest = Math.max(SOURCE_EPOCH.of(s), TARGET_EPOCH.of(s));
    if (newest > map.of(s)) {
      steps.to(map.with(s, newest));
    }
  }

  /** Nobody has to wait for a mover that does not come back; once is enough to see it. */
  private void giveBack(long s, Steps steps) {
    if (mapOf(s) == Epoch.CLOSED
        && SOURCE_PHASE.of(s) == CLOSING
        && sourceEpoch(s) == Epoch.CLOSED) {
      long given = SOURCE_PHASE.with(s, OUTGOING);
      steps.to(SOURCE_EPOCH.with(given, Epoch.OPEN_AGAIN.number()));
    }
  }

  private void session(long s, Steps steps) {
    int now = session.of(s);
    if (now != NO_SESSION) {
      steps.to(session.with(idle(s), NO_SESSION)); // it crashes, or its session is ended
    }
    boolean locksFirst = rules.has(Part.LOCK_BEFORE_EPOCH);
    if (now == NO_SESSION && needsSource(s)) {
      steps.to(session.with(locksFirst ? s : readEpoch(s), HALF_OPEN));
    } else if (now == HALF_OPEN) {
      steps.to(session.with(locksFirst ? readEpoch(s) : s, READY));
    }
  }

  /** What was routed by an older map than the server's does not run. */
  private long readEpoch(long s) {
    int server = SOURCE_EPOCH.of(s);
    long read = map.of(s) < server ? map.with(s, server) : s;
    return work.of(s) != IDLE && workMap.of(s) < server ? idle(read) : read;
  }

  private boolean isSeen(long s) {
    int now = session.of(s);
    return now == READY || (now == HALF_OPEN && rules.has(Part.LOCK_BEFORE_EPOCH));
  }

  private boolean needsSource(long s) {
    return switch (work.of(s)) {
      case IDLE, READ_REPLICA -> false;
      case SCATTER -> (parts.of(s) & 1) == 0;
      case ASK_FRESHNESS -> true;
      default -> !workMapOf(s).isMoved();
    };
  }

  private void begin(long s, Steps steps) {
    Epoch now = mapOf(s);
    int kind =
        switch (role) {
          case WRITES -> WRITE;
          case READS -> READ;
          case READS_REPLICA -> now.isMoved() ? READ : ASK_FRESHNESS;
          case READS_BOTH -> SCATTER;
        };
    if (!now.holds() || kind == ASK_FRESHNESS) {
      long begun = workMap.with(work.with(s, kind), now.number());
      long by = kind == SCATTER && isComing(now) ? parts.with(begun, UNASKED) : begun;
      steps.to(floor.with(by, kind == WRITE ? 0 : ACKNOWLEDGED.of(s)));
    }
  }

  private void write(long s, boolean bySnapshot, Steps steps) {
    if (isToBring(s)) {
      bring(s, steps);
      return;
    }
    if (workMapOf(s).isMoved()) {
      writeToTarget(s, steps);
      return;
    }
    if (session.of(s) != READY) {
      return;
    }
    boolean gone = SOURCE_PHASE.of(s) == GONE;
    if (!bySnapshot && !gone) {
      steps.to(work.with(s, WRITE_BY_SNAPSHOT)); // a snapshot now, the write later
    }
    if (rules.writersLock() && LOCKED.isSet(s)) {
      return;
    }
    boolean sees = !bySnapshot || rules.has(Part.GUARD_BEYOND_SNAPSHOT);
    if (gone && sees && rules.has(Part.GUARD)) {
      steps.to(idle(s));
    } else {
      steps.to(work.with(s, WRITTEN));
    }
  }

  private void writeToTarget(long s, Steps steps) {
    if (TARGET_PHASE.of(s) != OWNER) {
      steps.to(idle(s));
    } else if (!TARGET_ROWS.isSet(s)) {
      steps.fault("a write misses the row");
    } else if (TARGET_VALUE.of(s) < WRITES) {
      int value = TARGET_VALUE.of(s) + 1;
      answered(TARGET_FLUSHED.with(TARGET_VALUE.with(s, value), value), steps);
    }
  }

  private void commit(long s, Steps steps) {
    steps.to(idle(s)); // rolled back
    if (SOURCE_VALUE.of(s) < WRITES) {
      answered(SOURCE_VALUE.with(s, SOURCE_VALUE.of(s) + 1), steps);
    }
  }

  /** The write has been done; the answer comes, or is lost. */
  private void answered(long s, Steps steps) {
    steps.to(idle(s));
    steps.to(ACKNOWLEDGED.with(idle(s), ACKNOWLEDGED.of(s) + 1));
  }

  private boolean isComing(Epoch map) {
    return rules.comes() && map == Epoch.MOVED;
  }

  private boolean isToBring(long s) {
    return isComing(workMapOf(s)) && rules.has(Part.BROUGHT_FIRST) && parts.of(s) != BROUGHT;
  }

  /** It asks the target, reads the source, and writes to the target; it may be late with each. */
  private void bring(long s, Steps steps) {
    if (TARGET_PHASE.of(s) != OWNER) {
      steps.to(idle(s));
      return;
    }
    switch (parts.of(s)) {
      case TO_ASK -> steps.to(parts.with(s, TARGET_ROWS.isSet(s) ? BROUGHT : TO_GIVE));
      case TO_GIVE ->
          steps.to(
              parts.with(
                  seen.with(s, SOURCE_VALUE.of(s)), SOURCE_ROWS.isSet(s) ? TO_TAKE : BROUGHT));
      default -> steps.to(parts.with(Mover.taken(s, seen.of(s), rules), BROUGHT));
    }
  }

  private void read(long s, Steps steps) {
    if (isToBring(s)) {
      bring(s, steps);
    } else if (workMapOf(s).isMoved()) {
      check(s, TARGET_ROWS, TARGET_VALUE, steps);
      steps.to(idle(s));
    } else if (session.of(s) == READY) {
      check(s, SOURCE_ROWS, SOURCE_VALUE, steps);
      steps.to(idle(s));
    }
  }

  /** The primary says where it is; whatever was acknowledged before is not behind that. */
  private void ask(long s, Steps steps) {
    if (session.of(s) != READY) {
      return;
    }
    boolean elsewhere = sourceEpoch(s).isMoved() && rules.has(Part.FRESHNESS_WITH_EPOCH);
    steps.to(elsewhere ? idle(s) : parts.with(work.with(s, READ_REPLICA), SOURCE_VALUE.of(s)));
  }

  private void readReplica(long s, Steps steps) {
    if (REPLICA_VALUE.of(s) >= parts.of(s)) {
      check(s, REPLICA_ROWS, REPLICA_VALUE, steps);
      steps.to(idle(s));
    }
  }

  private void scatter(long s, Steps steps) {
    Epoch by = workMapOf(s);
    if (isComing(by)) {
      scatterWhileItComes(s, steps);
      return;
    }
    if ((parts.of(s) & 1) == 0 && session.of(s) == READY) {
      boolean hidden = by.hidesOnSource() && rules.has(Part.HIDDEN_ON_SOURCE);
      part(s, 1, SOURCE_ROWS.isSet(s) && !hidden, SOURCE_VALUE, steps);
    }
    if ((parts.of(s) & 2) == 0) {
      boolean hidden = by.hidesOnTarget() && rules.has(Part.HIDDEN_ON_TARGET);
      part(s, 2, TARGET_ROWS.isSet(s) && !hidden, TARGET_VALUE, steps);
    }
  }

  /** What has not come is not changed on the source: so it does not matter when each is read. */
  private void scatterWhileItComes(long s, Steps steps) {
    if (parts.of(s) == UNASKED) {
      boolean owned = TARGET_PHASE.of(s) == OWNER;
      long asked = seen.with(s, TARGET_ROWS.isSet(s) ? HAS_COME : 0);
      steps.to(owned ? parts.with(asked, 0) : idle(s));
      return;
    }
    boolean come = rules.has(Part.ASKED_ONCE) ? (seen.of(s) & HAS_COME) != 0 : TARGET_ROWS.isSet(s);
    if ((parts.of(s) & 1) == 0 && session.of(s) == READY) {
      part(s, 1, SOURCE_ROWS.isSet(s) && !come, SOURCE_VALUE, steps);
    }
    if ((parts.of(s) & 2) == 0) {
      part(s, 2, TARGET_ROWS.isSet(s) && come, TARGET_VALUE, steps);
    }
  }

  private void part(long s, int bit, boolean shows, Field value, Steps steps) {
    if (shows && value.of(s) < floor.of(s)) {
      steps.fault("a read over both shards is too old");
    }
    int told = isComing(workMapOf(s)) ? seen.of(s) & HAS_COME : 0;
    int rows = seen.of(s) - told + (shows ? 1 : 0);
    int done = parts.of(s) | bit;
    if (done == 3) {
      if (rows != 1) {
        steps.fault("a read over both shards sees the row " + rows + " times");
      }
      steps.to(idle(s));
    } else {
      steps.to(parts.with(seen.with(s, rows + told), done));
    }
  }

  private void check(long s, Field rows, Field value, Steps steps) {
    if (!rows.isSet(s)) {
      steps.fault("a read misses the row");
    } else if (value.of(s) < floor.of(s)) {
      steps.fault("a read is too old");
    }
  }

  private long idle(long s) {
    long ended = workMap.with(work.with(s, IDLE), 0);
    return seen.with(parts.with(floor.with(ended, 0), 0), 0);
  }

  private Epoch mapOf(long s) {
    return Epoch.of(map.of(s));
  }

  private Epoch workMapOf(long s) {
    return Epoch.of(workMap.of(s));
  }
}
