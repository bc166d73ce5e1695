package io.shardjdbc.reshard.model;

/** A part of the protocol that a test takes out, to see what it is there for. */
enum Part {
  /** The trigger on the source that refuses writes of rows that have moved. */
  GUARD,
  /** The guard of a transaction with an older snapshot looks at the move's row as it is now. */
  GUARD_BEYOND_SNAPSHOT,
  /** Writers keep the move's lock shared to their end, and the flip takes it for itself. */
  LOCK_OF_WRITERS,
  /** Rows are copied when no process works by the map of before. */
  BARRIER_BEFORE_COPY,
  /** Rows are deleted when no process works by the map of before the flip. */
  BARRIER_BEFORE_DELETION,
  /** The barrier asks for who works by an old map, not only for who has installed the new one. */
  BARRIER_COUNTS_WORK,
  /** The flip waits until the target has applied all that the source has committed. */
  WAIT_FOR_TARGET,
  /** The flip waits until the target has written that to its disk. */
  FLUSH_OF_TARGET,
  /** Marker and flush are seen by one session, which a crash of the target ends. */
  ONE_SESSION_ON_TARGET,
  /** The flip waits until each process has promised to read moved rows by the old map no more. */
  ACKNOWLEDGED_READS,
  /** The flip fails where the rows were given back meanwhile. */
  FLIP_COMPARES,
  /** A session takes its process's lock before it reads the epoch. */
  LOCK_BEFORE_EPOCH,
  /** Reads on the target leave out what is being copied to it. */
  HIDDEN_ON_TARGET,
  /** Reads on the source leave out what has moved. */
  HIDDEN_ON_SOURCE,
  /** What proves a replica's freshness says too that its primary has the rows still. */
  FRESHNESS_WITH_EPOCH,
  /** What a mover has read of a journal is not applied when another mover has taken over. */
  APPLY_COMPARES,
  /** Who names a row that comes behind the flip has it brought first. */
  BROUGHT_FIRST,
  /** That a row has come is noted with it, and it comes once. */
  COMES_ONCE,
  /** A read over both shards asks once what has come, for both of its parts. */
  ASKED_ONCE,
  /** Rows are deleted when no process works by a map by which some have to come. */
  BARRIER_OF_ARRIVAL
}
