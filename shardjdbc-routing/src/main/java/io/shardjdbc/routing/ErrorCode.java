package io.shardjdbc.routing;

/**
 * The catalogue of everything shardjdbc itself can complain about.
 *
 * <p>Each entry has a stable code, the SQLSTATE it travels under, a message whose {@code {0}} are
 * names of tables, columns, shards or clauses, and the way out. {@code docs/errors.md} is generated
 * from this enum. Codes are never reused.
 *
 * <p>Refusals travel under a state of our own of class 0A: pools take PostgreSQL's 0A000 for a
 * broken connection and close it, so that nobody could roll back, or see what was refused.
 */
public enum ErrorCode {
  // Configuration: SJ01xx
  BAD_CONFIGURATION(
      "SJ0101", Kind.CONFIGURATION, "F0000", "configuration: {0}", "correct the configuration"),
  BAD_SHARD_NAME(
      "SJ0102",
      Kind.CONFIGURATION,
      "F0000",
      "a shard name has 1 to {0} letters, digits, '_', '-' or '.'",
      "rename the shard"),
  BAD_PLACEMENT("SJ0103", Kind.CONFIGURATION, "F0000", "placement: {0}", "correct the placement"),
  ID_COLUMN_NARROW(
      "SJ0105",
      Kind.CONFIGURATION,
      "F0000",
      "column {1} of {0} is too narrow for Snowflake ids",
      "make it bigint, or take ids: snowflake out of the table's configuration"),
  IDS_UNAVAILABLE(
      "SJ0106",
      Kind.UNAVAILABLE,
      "08001",
      "no Snowflake id can be made for {0}: shard {1} leases no node",
      "retry when the shard answers; give the user CREATE on its database, where there is no lease"
          + " yet"),
  KEY_TYPE_UNSUPPORTED(
      "SJ0104",
      Kind.CONFIGURATION,
      "F0000",
      "column {1} of table {0} has type {2}, which cannot be a shard key",
      "use smallint, integer, bigint, numeric, text, varchar, uuid, date, timestamp or timestamptz,"
          + " with a deterministic collation"),

  // Reading the statement: SJ02xx
  SYNTAX(
      "SJ0201",
      Kind.SYNTAX,
      "42601",
      "statement not understood: {0}",
      "check the statement; if PostgreSQL accepts it, route it with a /* shardjdbc: shard=... */"
          + " hint and report it"),
  STATEMENT_TOO_LARGE(
      "SJ0202",
      Kind.SYNTAX,
      "54000",
      "statement is too large or too deeply nested: {0}",
      "send fewer rows or values in one statement"),
  SEVERAL_STATEMENTS(
      "SJ0203",
      Kind.REFUSAL,
      "0ASJ0",
      "several statements in one text where one is taken, as in a batch",
      "send them one by one, or execute them outside of a batch, as one transaction"),
  BAD_HINT(
      "SJ0204",
      Kind.SYNTAX,
      "42601",
      "routing hint not understood: {0}",
      "use shard=NAME, key=VALUE or primary"),
  WRONG_PARAMETER_COUNT(
      "SJ0205",
      Kind.SYNTAX,
      "22023",
      "the statement has {0} parameters, {1} values are set",
      "set every parameter"),

  KEY_SHARED(
      "SJ0220",
      Kind.REFUSAL,
      "0ASJ0",
      "{0}: the placement gives some keys several owners",
      "name the shard itself, read the rows and write them by their keys, or give the table a"
          + " placement by which each key has one owner"),
  SHARD_INHABITED(
      "SJ0221",
      Kind.REFUSAL,
      "55006",
      "shard {0} cannot leave the map: {1}",
      "move what lives there to another shard, end what is prepared there, and install the map"
          + " then"),
  MAP_CONTRADICTED(
      "SJ0230",
      Kind.CONFIGURATION,
      "F0000",
      "the map in the databases contradicts the configuration: {0}",
      "let the configuration say what the map says"),
  MAP_CHANGED(
      "SJ0231",
      Kind.TRANSACTION,
      "40001",
      "rows have moved to another shard since the transaction began",
      "run the transaction again; it goes by the new map"),
  ROWS_HELD(
      "SJ0232",
      Kind.TRANSACTION,
      "40001",
      "rows are moving from shard {0} to another one at this moment",
      "run the transaction again"),
  ROWS_HIDDEN(
      "SJ0233",
      Kind.REFUSAL,
      "55006",
      "shard {0} has copies of rows that are moving, which {1} cannot leave out",
      "run it when the move has ended, or give the shard key"),
  KEY_STAYS(
      "SJ0234",
      Kind.TRANSACTION,
      "55000",
      "rows of a key do not come from shard {0} to shard {1}, which answers {2}",
      "for 42501 give the user SELECT and INSERT on all tables that are placed alike; for 23505 see"
          + " which row of the new shard is in the way"),

  // Planning refusals: SJ03xx
  UNDECLARED_TABLE(
      "SJ0301",
      Kind.REFUSAL,
      "42P01",
      "table {0} is not declared",
      "add to tables: \"{0}: {key: ...}\", \"{0}: {reference: true}\" or \"{0}: {shard:"
          + " ...}\""),
  UNDECLARED_VIEW(
      "SJ0388",
      Kind.REFUSAL,
      "0ASJ0",
      "view {0} is written through, or cannot be replaced by its query, and is not declared",
      "write to its table; or declare the view, if it shows the shard key of one table:"
          + " \"{0}: {key: ...}\""),
  SCATTER_REFUSED(
      "SJ0302",
      Kind.REFUSAL,
      "0ASJ0",
      "the statement does not pin the shard key {1} of table {0}, and policy refuses scatter",
      "add a condition {1} = ..., or allow scatter"),
  UNSUPPORTED_CLAUSE(
      "SJ0303",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} over more than one shard",
      "pin the shard key, or use a form that merges exactly (docs/limits.md)"),
  NOT_COLOCATED(
      "SJ0304",
      Kind.REFUSAL,
      "0ASJ0",
      "tables {0} and {1} are not joined on their shard keys",
      "join them on their shard keys, pin both keys to one shard, or make one a reference table"),
  KEY_MISSING_IN_INSERT(
      "SJ0305",
      Kind.REFUSAL,
      "0ASJ0",
      "INSERT into {0} does not give its shard key {1}",
      "name the column and give it a value or a parameter; with a mapper, let it know the value"
          + " before it inserts (SEQUENCE, UUID or assigned ids instead of IDENTITY;"
          + " @JoinColumn(nullable = false, updatable = false) for the owner's key)"),
  KEY_NOT_CONSTANT(
      "SJ0306",
      Kind.REFUSAL,
      "0ASJ0",
      "the shard key {1} of {0} is given by an expression only the server can compute",
      "compute it first and bind it as a parameter"),
  KEY_IS_NULL(
      "SJ0307",
      Kind.REFUSAL,
      "23502",
      "the shard key {1} of {0} is NULL",
      "give every row of a sharded table a shard key"),
  KEY_UPDATE(
      "SJ0308",
      Kind.REFUSAL,
      "0ASJ0",
      "UPDATE changes the shard key {1} of {0}",
      "delete the row and insert it again under its new key, or move it by an UPDATE of a table"
          + " with moveRows: true, in mode two-phase (WITH, MERGE and ON CONFLICT move none); a"
          + " mapper that lists the key unchanged leaves it out by @Column(updatable = false), or"
          + " names it in WHERE by @PartitionKey"),
  NOT_COPY_SAFE(
      "SJ0309",
      Kind.REFUSAL,
      "0ASJ0",
      "write to reference table {0} uses {1}, which each shard would compute differently",
      "compute the value first and bind it as a parameter"),
  FUNCTION_UNKNOWN(
      "SJ0310",
      Kind.REFUSAL,
      "0ASJ0",
      "function {0} may read or write tables, and the statement is not pinned to one shard",
      "pin the shard key, or name the shard with a /* shardjdbc: shard=... */ hint"),
  SINGLE_TABLES_APART(
      "SJ0311",
      Kind.REFUSAL,
      "0ASJ0",
      "tables {0} live on different shards",
      "keep tables that are used together on one shard, or make one a reference table"),
  UTILITY_UNSUPPORTED(
      "SJ0312",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} is not supported over shards",
      "name one shard with a /* shardjdbc: shard=... */ hint; DO and CALL may say shards=all"),
  KEY_OF_UNKNOWN_TYPE(
      "SJ0313",
      Kind.REFUSAL,
      "22P02",
      "the value given for shard key {1} of {0} is not a {2}",
      "bind a value of the column's type"),
  WRITE_NOT_MERGEABLE(
      "SJ0314",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} in a write over more than one shard",
      "pin the shard key, or split the statement"),
  SESSION_FUNCTION(
      "SJ0315",
      Kind.REFUSAL,
      "0ASJ0",
      "function {0} acts on a server's session, which pooled connections do not keep",
      "use its transaction-level form, or SET for settings"),
  GATHER_REFUSED(
      "SJ0316",
      Kind.REFUSAL,
      "0ASJ0",
      "the statement would gather rows of {0} on one shard, and policy refuses that",
      "pin the shard key, join on shard keys, or allow gather"),
  GATHER_TOO_LARGE(
      "SJ0317",
      Kind.REFUSAL,
      "54000",
      "the statement gathers more than {1} of table {0}",
      "narrow it by conditions on that table, pin the shard key, or raise the limit of gather"),
  SEQUENCE_APART(
      "SJ0355",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} is counted on shard {1}, and the statement uses it where its numbers cannot be"
          + " taken first",
      "give the numbers in VALUES or as rows of a query, or take them by SELECT nextval and bind"
          + " them"),
  CATALOGUE_APART(
      "SJ0359",
      Kind.REFUSAL,
      "0ASJ0",
      "the system catalogues of several shards would have to be put together, about {0}",
      "name relations of one shard by their names, ask DatabaseMetaData, or name the shard with a"
          + " /* shardjdbc: shard=... */ hint"),
  UNIQUE_APART(
      "SJ0356",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} of table {1} would be unique on each shard only, as it does not contain the shard key",
      "add the shard key's columns to it; number the column by a sequence or an identity; or say"
          + " that you know, in the configuration of {1}: perShard: [{0}]"),
  FOREIGN_KEY_APART(
      "SJ0357",
      Kind.REFUSAL,
      "0ASJ0",
      "foreign key {0} of table {1} refers to rows that may lie on another shard",
      "shard both tables by the columns of the foreign key, make the other a reference table, leave"
          + " the constraint out, or say that you know, in the configuration of {1}: perShard:"
          + " [{0}]"),
  SCHEMA_APART(
      "SJ0358",
      Kind.REFUSAL,
      "0ASJ0",
      "the servers' schema does not hold over shards: {0}",
      "change the schema; say perShard of the constraints that you know of; or let the check warn:"
          + " schema: warn"),
  TENANT_NOT_PINNED(
      "SJ0330",
      Kind.REFUSAL,
      "0ASJ0",
      "the statement does not pin the shard key {1} of table {0}, which is guarded",
      "add a condition {1} = ... for each time the table is named; what concerns many tenants"
          + " needs a DataSource without tenantGuard"),
  LOCK_OVER_SHARDS(
      "SJ0332",
      Kind.REFUSAL,
      "0ASJ0",
      "FOR UPDATE or FOR SHARE over more than one shard, {0}",
      "pin the shard key, or lock in a transaction of mode two-phase or best-effort"),
  SERVER_WIDE_IN_TRANSACTION(
      "SJ0370",
      Kind.REFUSAL,
      "25001",
      "shards {0} and {1} are databases of one server, and the statement would wait on one for what"
          + " the transaction has written on the other",
      "run it in auto-commit mode, where the shards take turns; for ANALYZE, name the tables"),
  ROWS_STILL_READ(
      "SJ0373",
      Kind.REFUSAL,
      "55006",
      "rows are still read in portions on this connection, and the statement would wait for their"
          + " end",
      "read them to the end or close their result first, or ask for them without a fetch size"),
  LOCK_OF_COPY(
      "SJ0333",
      Kind.REFUSAL,
      "0ASJ0",
      "FOR UPDATE or FOR SHARE would lock rows of reference table {0} on one shard only, where"
          + " transactions on other shards do not meet it",
      "name the tables to lock: FOR UPDATE OF ...; lock rows of a reference table in a statement"
          + " over reference tables alone, which goes to one and the same shard"),
  KEY_CHANGED_BY_REFERENCE(
      "SJ0334",
      Kind.REFUSAL,
      "0ASJ0",
      "the write to {0} would change the shard key {1} of {2} by a foreign key",
      "write the rows that refer to it first, or have the foreign key do something else: NO ACTION,"
          + " or ON DELETE CASCADE"),
  KEY_REDEFINED(
      "SJ0335",
      Kind.REFUSAL,
      "0ASJ0",
      "ALTER TABLE would give the rows of {0} other values of the shard key {1} than they lie by",
      "create another table and copy the rows into it"),
  CODE_BEYOND_SHARD(
      "SJ0345",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} {1}, and the shard that runs it has a part of the rows",
      "write what it does as a statement of its own; or, where the rows of one shard are all that"
          + " it needs, say so: functions: {name: shard-local}"),
  WITHOUT_HOME(
      "SJ0346",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} is not known to belong to the shard that would run it",
      "take locks and send notifications in a statement of their own, with a number or a channel"
          + " that is a constant or a parameter: SELECT pg_advisory_xact_lock(?)"),
  OF_ONE_SERVER(
      "SJ0347",
      Kind.REFUSAL,
      "0ASJ0",
      "{0} concerns one server, and it is not said which",
      "name the shard with a /* shardjdbc: shard=... */ hint, and add up what several answer; a"
          + " large object is read by a statement that pins the row it belongs to"),
  SETTING_UNCLEAR(
      "SJ0348",
      Kind.REFUSAL,
      "0ASJ0",
      "a function or a trigger that ran on several shards has set {0} to different values, and the"
          + " statement may ask for it",
      "set it for the session or the transaction, or end the transaction"),
  KEY_THROUGH_INEXACT(
      "SJ0342",
      Kind.REFUSAL,
      "0ASJ0",
      "shard keys of several tables are compared through parameter {0}, whose type takes different"
          + " keys for equal",
      "bind it as the type of the keys, or cast it in the text"),
  PIN_ELSEWHERE(
      "SJ0340",
      Kind.REFUSAL,
      "0ASJ0",
      "the write is pinned to shard {0}, and rows of {1} that it names or stores belong to others",
      "write them through a connection that is not pinned, without a hint, or under their own key;"
          + " whoever repairs a shard by hand says so: /* shardjdbc: shard=... repair */"),
  PIN_ON_COPY(
      "SJ0341",
      Kind.REFUSAL,
      "0ASJ0",
      "the write is pinned to shard {0}, and would change one copy of reference table {1} only",
      "write to reference tables through a connection that is not pinned and without a hint;"
          + " whoever repairs a copy by hand says so: /* shardjdbc: shard=... repair */"),
  ROW_MOVE(
      "SJ0331",
      Kind.REFUSAL,
      "0ASJ0",
      "UPDATE would move rows of {0} to other shards, which cannot be done: {1}",
      "set mode two-phase where that is the reason; else delete the rows and insert them again"
          + " under their new key"),

  // Servers: SJ05xx
  SHARD_UNAVAILABLE(
      "SJ0501",
      Kind.UNAVAILABLE,
      "08001",
      "shard {0} is unavailable: {1}",
      "retry later; other shards are not affected"),
  SHARD_TIMEOUT(
      "SJ0502",
      Kind.TIMEOUT,
      "57014",
      "no answer from shard {0} within {1}",
      "retry, or raise the time-out"),
  SHARD_FAILED(
      "SJ0503", Kind.SERVER, "58000", "shard {0}: {1}", "see the cause; it is the server's own"),
  CANCELLED(
      "SJ0504",
      Kind.SERVER,
      "57014",
      "cancelled before it ran on shard {0}",
      "the caller asked for it, or another shard failed"),
  SHARD_READ_ONLY(
      "SJ0505",
      Kind.UNAVAILABLE,
      "25006",
      "shard {0} has no primary now",
      "retry: writes go on when a server has been promoted; reads that may be stale are served"),
  PRIMARY_CHANGED(
      "SJ0506",
      Kind.UNAVAILABLE,
      "40001",
      "another server has become the primary of shard {0} since the transaction began",
      "roll back and run the transaction again"),
  NO_SYNCHRONOUS_STANDBY(
      "SJ0507",
      Kind.UNAVAILABLE,
      "55000",
      "shard {0} has no synchronous standby, which the durability asked for waits for",
      "configure synchronous_standby_names on its primary, or ask for less"),
  PLANNING_TIMEOUT(
      "SJ0509",
      Kind.TIMEOUT,
      "57014",
      "the statement was not planned within {0}",
      "retry, or raise the time-out"),
  SESSION_WRITES_IN_DOUBT(
      "SJ0508",
      Kind.TRANSACTION,
      "40003",
      "a failover of shard {0} may have lost earlier writes of this session",
      "look for what is missing, then call ReadSession.acceptLostWrites()"),
  LOGIN_REFUSED(
      "SJ0551",
      Kind.CONFIGURATION,
      "28000",
      "the server of shard {0} refuses the log-in: {1}",
      "correct the user, the password or the database of the node; trying again does not help"),
  SCHEMA_LOCKED(
      "SJ0552",
      Kind.TIMEOUT,
      "55P03",
      "a table that the statement needs is locked on shard {0} while its schema is changed: {1}",
      "retry once the change has ended; the shard is well"),
  POOL_EXHAUSTED(
      "SJ0550",
      Kind.UNAVAILABLE,
      "53300",
      "all {1} connections of the pool of {0} are in use, and none came back within {2}",
      "give connections back sooner, or raise pool: {maximumSize: ...}; the shard is well"),
  INTERRUPTED(
      "SJ0560",
      Kind.UNAVAILABLE,
      "57014",
      "the thread was interrupted while it waited for a connection to shard {0}",
      "nothing was sent; the shard may be well"),
  SHARD_LEFT(
      "SJ0570",
      Kind.UNAVAILABLE,
      "40001",
      "shard {0} is not in the map of shards any more",
      "run the transaction again; it goes by the new map"),
  SHARDS_MISSING(
      "SJ0520",
      Kind.WARNING,
      "01000",
      "the rows of shard {0} are missing: {1}",
      "read again later, or do not allow partial results"),

  // Transactions: SJ06xx
  SECOND_SHARD_WRITE(
      "SJ0601",
      Kind.TRANSACTION,
      "25000",
      "the transaction writes to shard {0}; a write to shard {1} too would not be atomic{2}",
      "commit first, keep the rows under one shard key, or use transactions: two-phase, which is"
          + " for mappers that write by id, migrations of rows, batches and reference tables"),
  ISOLATION_OVER_SHARDS(
      "SJ0602",
      Kind.TRANSACTION,
      "25000",
      "isolation level {0} cannot span shards {1} and {2}",
      "use READ COMMITTED, or stay on one shard"),
  COPIES_CHANGED(
      "SJ0380",
      Kind.TRANSACTION,
      "40001",
      "reference rows that the transaction has read on shard {0} are others on shard {1}",
      "run the transaction again; it sees the rows that somebody was changing"),
  NUMBER_NOT_TAKEN(
      "SJ0381",
      Kind.TRANSACTION,
      "55000",
      "{0} is not yet defined in this session",
      "take a number first, by an INSERT or by nextval"),
  COMPARISON_REPLACED(
      "SJ0384",
      Kind.REFUSAL,
      "0ASJ0",
      "operator {0} may be one of the application's own, for {1} and {2}",
      "give that operator another name, or drop it; rows are found by what PostgreSQL's own"
          + " means"),
  ROWS_NUMBERED_APART(
      "SJ0385",
      Kind.REFUSAL,
      "0ASJ0",
      "each shard would number the rows of {0} for itself, in column {1}",
      "add the column without a sequence, number the rows by UPDATE {0} SET {1} = nextval(..), and"
          + " make that its default: ALTER COLUMN {1} SET DEFAULT nextval(..)"),
  PARTIAL_COMMIT(
      "SJ0603",
      Kind.TRANSACTION,
      "40003",
      "the commit failed on {1}; already committed: {0}",
      "repair by hand or retry idempotently; use transactions: two-phase to rule it out"),
  TRANSACTION_ABORTED(
      "SJ0604",
      Kind.TRANSACTION,
      "25P02",
      "the transaction is aborted: a statement {0}",
      "roll back, or roll back to a savepoint"),
  COMMIT_UNKNOWN(
      "SJ0605",
      Kind.TRANSACTION,
      "08007",
      "the connection to shard {0} was lost during the commit; whether it committed is not known",
      "read back what was written before doing it again"),
  NO_TRANSACTION(
      "SJ0606",
      Kind.TRANSACTION,
      "25P01",
      "{0} in auto-commit mode",
      "call setAutoCommit(false) first"),
  ACTIVE_TRANSACTION(
      "SJ0608",
      Kind.TRANSACTION,
      "25001",
      "{0} in the middle of a transaction",
      "commit or roll back first"),
  NO_SAVEPOINT(
      "SJ0607",
      Kind.TRANSACTION,
      "3B001",
      "savepoint {0} does not exist",
      "it was released, rolled back over, or belongs to another transaction"),
  IN_DOUBT(
      "SJ0611",
      Kind.TRANSACTION,
      "08007",
      "the connection to shard {0} was lost while it decided transaction {1}; whether it committed"
          + " is not known yet",
      "ask transactions().outcome for it; recovery ends it the same way on all shards"),
  ROLLED_BACK_BY_RECOVERY(
      "SJ0612",
      Kind.TRANSACTION,
      "40001",
      "transaction {0} was rolled back by recovery, which took its coordinator for dead",
      "run it again"),
  PREPARE_DISABLED(
      "SJ0613",
      Kind.TRANSACTION,
      "55000",
      "shard {0} has max_prepared_transactions = 0, so it cannot take part in a two-phase"
          + " transaction",
      "set max_prepared_transactions on the server and restart it, or keep the rows under one shard"
          + " key"),
  PARTICIPANT_IS_REPLICA(
      "SJ0614",
      Kind.TRANSACTION,
      "25006",
      "the server configured as primary of shard {0} is a replica, which cannot take part in a"
          + " two-phase transaction",
      "point the configuration at the primary"),
  NOT_PREPARABLE(
      "SJ0615",
      Kind.TRANSACTION,
      "0ASJ0",
      "the transaction on shard {0} cannot be prepared: {1}",
      "keep temporary tables, LISTEN, NOTIFY and cursors WITH HOLD out of transactions that write"
          + " to several shards"),
  NO_DECISIONS(
      "SJ0616",
      Kind.TRANSACTION,
      "42501",
      "shard {0} cannot keep decisions: {1}",
      "run transactions().install() as a user who may create the schema shardjdbc, or grant INSERT,"
          + " SELECT, UPDATE and DELETE on its tables"),
  OUTCOME_FORGOTTEN(
      "SJ0617",
      Kind.TRANSACTION,
      "55000",
      "the decision of transaction {0} is no longer kept",
      "ask earlier, or keep decisions for longer"),
  COMMIT_TOO_LATE(
      "SJ0618",
      Kind.TRANSACTION,
      "40001",
      "transaction {0} took longer to prepare than decisions are kept, and was rolled back",
      "run it again"),
  SCHEMA_CHANGE_PARTIAL(
      "SJ0621",
      Kind.TRANSACTION,
      "40003",
      "{0} runs on each shard by itself: it failed on {2}, and is done on {1}",
      "see the exceptions behind this one for each shard; mend the cause, and run it again where it"
          + " failed with a /* shardjdbc: shard=... */ hint"),
  WRITE_UNKNOWN(
      "SJ0660",
      Kind.TRANSACTION,
      "08007",
      "the answer of shard {0} to a statement that may write was lost, so whether it was done is"
          + " not known: {1}",
      "read back what was written before doing it again"),

  DECIDED_ELSEWHERE(
      "SJ0661",
      Kind.TRANSACTION,
      "55000",
      "transaction {0} is decided in another database than that of shard {1}",
      "ask with the configuration that the transaction ran under"),
  NOT_TOLD_YET(
      "SJ0662",
      Kind.UNAVAILABLE,
      "57P03",
      "shard {0} has not been told yet of a transaction that this process has committed: {1}",
      "run it again; the shard is told as soon as it answers"),

  COPIES_ISOLATED(
      "SJ0663",
      Kind.TRANSACTION,
      "25000",
      "a write to the copies of a reference table at isolation level {0}, where each copy could see"
          + " another moment",
      "write to reference tables at READ COMMITTED"),

  SNAPSHOT_BUSY(
      "SJ0680",
      Kind.TIMEOUT,
      "57014",
      "no moment was found within {0} at which all shards agree: {1}",
      "run it again; ask transactions().inDoubt() for what is left prepared, and see transactions:"
          + " snapshotTimeout"),
  SNAPSHOT_LOST(
      "SJ0681",
      Kind.TRANSACTION,
      "40001",
      "shard {0} was lost while the snapshot of all shards was taken",
      "run it again"),
  SNAPSHOT_OF_WRITER(
      "SJ0682",
      Kind.TRANSACTION,
      "25000",
      "a read of one moment over several shards in a transaction of level {0}",
      "begin the transaction as REPEATABLE READ, with transactions: {isolationOverShards:"
          + " snapshot}, or ask for it outside of a transaction"),
  SNAPSHOT_ON_REPLICA(
      "SJ0925",
      Kind.TRANSACTION,
      "25006",
      "a statement needs the primary of shard {0} in a transaction that sees one moment on"
          + " replicas",
      "begin the transaction without setReadOnly(true), or with a statement that has the hint"
          + " primary"),
  DECISIONS_NOT_READABLE(
      "SJ0686",
      Kind.TRANSACTION,
      "42501",
      "a read of one moment has to know which transactions are decided on shard {0}, and its user"
          + " may not read that: {1}",
      "GRANT USAGE ON SCHEMA shardjdbc, and SELECT ON shardjdbc.decision, shardjdbc.store, to the"
          + " user of the shard's node"),
  DEADLOCK_OVER_SHARDS(
      "SJ0685",
      Kind.SERVER,
      "40P01",
      "the transaction waited on shard {0} in a circle with others over several shards, and was"
          + " ended",
      "run it again; touch rows in one order to rule it out"),

  VIEW_UNDER_ROLE(
      "SJ0630",
      Kind.REFUSAL,
      "0ASJ0",
      "a view is replaced by its query, which would be read with the rights of the role that the"
          + " session has set, and not with those of the view",
      "declare the view as the table that it shows, name one shard by a hint, or reset the role"),
  VIEW_BY_PATH(
      "SJ0631",
      Kind.REFUSAL,
      "0ASJ0",
      "a view, or a table of a name that is declared in several schemas, is named without its"
          + " schema, and the session has set a search path by which the name may mean another"
          + " relation or none",
      "name it with its schema, or reset search_path"),
  IN_A_STREAM(
      "SJ0632",
      Kind.USAGE,
      "55000",
      "the connection is in the middle of a COPY or of sending a stream, and its caller asks for"
          + " something else",
      "use another connection, or wait until the stream has ended"),

  // Use of the API: SJ07xx
  CLOSED("SJ0701", Kind.USAGE, "08003", "{0} is closed", "do not use it after close()"),
  SUSPENDED(
      "SJ0707",
      Kind.UNAVAILABLE,
      "08001",
      "the DataSource is suspended",
      "call resume(), or start the application's context again"),
  NOT_IMPLEMENTED("SJ0702", Kind.REFUSAL, "0ASJ0", "{0} is not supported", "see docs/limits.md"),
  COPY_MALFORMED(
      "SJ0720",
      Kind.USAGE,
      "22P04",
      "the data of COPY cannot be read: {0}",
      "check that it is of the format that the statement names"),
  USAGE("SJ0703", Kind.USAGE, "22023", "{0}", "correct the call"),
  LIMIT_NEGATIVE(
      "SJ0386",
      Kind.USAGE,
      "2201W",
      "LIMIT must not be negative",
      "give a number that is 0 or more"),
  OFFSET_NEGATIVE(
      "SJ0387",
      Kind.USAGE,
      "2201X",
      "OFFSET must not be negative",
      "give a number that is 0 or more"),
  NOT_ON_ROW(
      "SJ0371",
      Kind.USAGE,
      "24000",
      "the result set is not on a row, perhaps next was not called",
      "call next, and read while it returns true"),
  NO_ROWS(
      "SJ0704",
      Kind.USAGE,
      "02000",
      "no results were returned by the query",
      "call executeUpdate or execute"),
  UNWANTED_ROWS(
      "SJ0705",
      Kind.USAGE,
      "0100E",
      "a result was returned when none was expected",
      "call executeQuery or execute"),
  SEVERAL_RESULTS(
      "SJ0706",
      Kind.USAGE,
      "0100E",
      "several results were returned by the query",
      "call execute and getMoreResults"),

  // Sagas: SJ08xx
  SAGA_KEY_REUSED(
      "SJ0801",
      Kind.USAGE,
      "22023",
      "saga {0} was started under this key before, with another input",
      "give each saga a key of its own, and start it again with the input it had"),
  SAGA_UNFINISHED(
      "SJ0802",
      Kind.TIMEOUT,
      "57014",
      "saga {0} of id {1} has not ended yet",
      "run it again with the same key to wait for it; it goes on wherever a process serves sagas"),
  SAGA_NOT_PARKED(
      "SJ0803",
      Kind.USAGE,
      "02000",
      "no saga of id {0} is parked",
      "list the parked ones; another person may have been faster"),
  SAGA_TRANSACTION(
      "SJ0804",
      Kind.USAGE,
      "2D000",
      "{0} in a step of a saga",
      "return to commit, throw to roll back"),
  OUTBOX_SHARD(
      "SJ0805",
      Kind.USAGE,
      "25000",
      "a message belongs to a transaction that has written to one shard, this one has to {0}",
      "turn auto-commit off, write what the message tells of, then add the message"),
  SAGA_CHANGED(
      "SJ0865",
      Kind.USAGE,
      "55000",
      "saga {0} version {1} was begun with other steps than this process knows by that version",
      "give the changed definition a new version, and keep the old one until its sagas have ended"),
  SAGA_OTHER_VERSION(
      "SJ0866",
      Kind.USAGE,
      "22023",
      "saga {0} was started under this key before, with version {1}",
      "ask with the definition of that version, or start the new version under a key of its own"),
  SAGA_STEP_LATE(
      "SJ0867",
      Kind.TIMEOUT,
      "57014",
      "step {0} was not done within its deadline, and is rolled back",
      "give the step a longer deadline, or less to do"),
  SAGA_STEP_ENDED(
      "SJ0868",
      Kind.USAGE,
      "55000",
      "what saga {1} does at its step {0} has been done meanwhile",
      "take back what was done by hand, then let the saga go on with retry"),
  SHARDS_AWAY(
      "SJ0869",
      Kind.UNAVAILABLE,
      "08006",
      "shards {0} cannot be asked now; all others were",
      "ask again later; what the others gave is in the exception"),

  // Moving rows: SJ09xx
  MOVED_ELSEWHERE(
      "SJ0901",
      Kind.TRANSACTION,
      "SJ701",
      "rows of move {0} are on another shard",
      "read the map again and send the statement to the shard that has them"),
  TABLE_MOVES(
      "SJ0902",
      Kind.REFUSAL,
      "SJ702",
      "rows of {0} are moving to another shard, which TRUNCATE and changes of the table would"
          + " break",
      "delete rows instead of all, or change the table when the move has ended"),
  MAP_MISSING(
      "SJ0903",
      Kind.USAGE,
      "55000",
      "no shard has a map in its database",
      "install one, which says of each position whose it is"),
  MAPS_DIFFER(
      "SJ0904",
      Kind.CONFIGURATION,
      "F0000",
      "shards {0} and {1} have maps that were made apart from each other",
      "name the shards of one map only"),
  MOVE_NOT_POSSIBLE(
      "SJ0905",
      Kind.REFUSAL,
      "0ASJ0",
      "these rows cannot move: {0}",
      "put that right first, and look ahead once more"),
  MOVER_BUSY(
      "SJ0906",
      Kind.USAGE,
      "55006",
      "another mover is at work on shard {0}",
      "let it end, or take over if it does not answer"),
  MOVER_REPLACED(
      "SJ0907",
      Kind.TRANSACTION,
      "55000",
      "another mover has taken over, or the map has changed meanwhile",
      "look at the move, and let one mover go on"),
  MOVE_STEP(
      "SJ0908", Kind.USAGE, "55000", "move {0} is at step {1}: {2}", "do what the step allows"),
  NO_SUCH_MOVE("SJ0909", Kind.USAGE, "42704", "no shard knows a move {0}", "list the moves"),
  PROCESS_SILENT(
      "SJ0910",
      Kind.TIMEOUT,
      "57014",
      "epoch {0} is not acknowledged on shard {1} by {2}",
      "look at those processes, or evict them, and let the move go on"),
  COPY_STOPPED(
      "SJ0911",
      Kind.TRANSACTION,
      "55000",
      "the copy of move {0} has stopped: {1}",
      "the log of the server that receives says why; then abort the move"),
  ROWS_DIFFER(
      "SJ0912",
      Kind.TRANSACTION,
      "55000",
      "rows differ between shards {0} and {1}: {2}",
      "find out who has written past the guard; nothing was changed or deleted"),
  MOVE_BLOCKED(
      "SJ0913",
      Kind.TIMEOUT,
      "57014",
      "move {0} did not get on: {1}",
      "end what is in its way, and let the move go on from where it is"),
  SHARD_STAYS(
      "SJ0935",
      Kind.REFUSAL,
      "0ASJ0",
      "shard {0} cannot leave the map: {1}",
      "put that right first, and remove it once more"),
  SHARD_OUTSIDE(
      "SJ0936",
      Kind.REFUSAL,
      "0ASJ0",
      "shard {0} cannot join the map: {1}",
      "put that right first, and add it once more"),
  REPLICA_AWAY(
      "SJ0937",
      Kind.UNAVAILABLE,
      "08001",
      "{0} of shard {1} does not answer, so nobody knows who reads there by an older map",
      "let it come back as a replica, or take it out of the configuration if it is gone for good");

  /** What sort of failure it is; it decides the class of the {@code SQLException}. */
  public enum Kind {
    /** The configuration is wrong: {@code SQLNonTransientConnectionException}. */
    CONFIGURATION,
    /** The text is not understood: {@code SQLSyntaxErrorException}. */
    SYNTAX,
    /** It is understood and not done: {@code SQLFeatureNotSupportedException}. */
    REFUSAL,
    /** A server cannot be reached now: {@code SQLTransientConnectionException}. */
    UNAVAILABLE,
    /** A deadline passed: {@code SQLTransientException}. */
    TIMEOUT,
    /** What the transaction asked for cannot be: {@code SQLNonTransientException}. */
    TRANSACTION,
    /** A server refused the statement: the class the driver threw. */
    SERVER,
    /** The API was called wrongly: {@code SQLNonTransientException}. */
    USAGE,
    /** The statement was done, but not as a whole: {@code SQLWarning}, not thrown. */
    WARNING
  }

  private final String code;
  private final Kind kind;
  private final String sqlState;
  private final String template;
  private final String wayOut;

  ErrorCode(String code, Kind kind, String sqlState, String template, String wayOut) {
    this.code = code;
    this.kind = kind;
    this.sqlState = sqlState;
    this.template = template;
    this.wayOut = wayOut;
  }

  /** The stable code, {@code SJ} and four digits. */
  public String code() {
    return code;
  }

  public Kind kind() {
    return kind;
  }

  /** Whether it is the error of a server at a moment, and may be another one at the next. */
  public boolean passes() {
    return kind == Kind.UNAVAILABLE || kind == Kind.TIMEOUT || this == LOGIN_REFUSED;
  }

  /** The five characters of {@code SQLException.getSQLState()}. */
  public String sqlState() {
    return sqlState;
  }

  /** The message with its places unfilled. */
  public String template() {
    return template;
  }

  /** What the caller can do about it. */
  public String wayOut() {
    return wayOut;
  }

  /** One line: code, what is wrong, way out. */
  public String message(Object... arguments) {
    return code + ": " + problem(arguments) + "; " + fill(wayOut, arguments);
  }

  /** What is wrong, without the code and the way out. */
  public String problem(Object... arguments) {
    return fill(template, arguments);
  }

  /**
   * Puts the arguments in the places {@code {0}}, {@code {1}}; other braces stand for themselves.
   */
  private static String fill(String template, Object... arguments) {
    StringBuilder text = new StringBuilder(template);
    for (int i = 0; i < arguments.length; i++) {
      String place = "{" + i + "}";
      String argument = String.valueOf(arguments[i]);
      for (int at = text.indexOf(place); at >= 0; ) {
        text.replace(at, at + place.length(), argument);
        at = text.indexOf(place, at + argument.length());
      }
    }
    return text.toString();
  }
}
