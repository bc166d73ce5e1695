package io.shardjdbc.transaction;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.outcome.TransactionId;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which prepared parts are of transactions that are decided, and wait to be told; asked while
 * nobody can decide.
 *
 * <p>A part is prepared before its transaction is decided, and leaves the list of what is prepared
 * only after its work is visible. So when none of the decided ones is in the list any more, every
 * transaction that is decided shows on the shard, and none that is not.
 *
 * <p>Of one moment; not thread-safe.
 */
public final class DecidedParts {

  private static final String LIST =
      "SELECT gid FROM pg_catalog.pg_prepared_xacts"
          + " WHERE database = pg_catalog.current_database() AND gid LIKE 'shardjdbc:%'";

  private static final String COMMITTED =
      "SELECT id::text FROM shardjdbc.decision WHERE committed AND id = ANY (?)";

  private static final String NO_RIGHT = "42501";

  private final Map<ShardId, Connection> locked;
  private final Map<ShardId, String> stores = new HashMap<>();

  /**
   * @param locked connections to all shards that may decide, in the transactions that keep them
   *     from it
   */
  public DecidedParts(Map<ShardId, Connection> locked) {
    this.locked = locked;
  }

  /**
   * Something that is prepared.
   *
   * @param ours null where a transaction manager decides it
   */
  public record Part(ShardId shard, String name, @Nullable TransactionId ours) {

    /** The text that commits it, which no transaction may run. */
    public String commit() {
      return "COMMIT PREPARED '" + name.replace("'", "''") + "'";
    }
  }

  /**
   * What is prepared, decided and not told, and what cannot be known to be undecided.
   *
   * @param told those that only have to be told
   * @param unknown those that are decided where nobody can look
   */
  public record Waiting(Set<Part> told, Set<Part> unknown) {

    /** Whether a snapshot may be taken. */
    public boolean isNone() {
      return told.isEmpty() && unknown.isEmpty();
    }

    /** The first of them, for a message. */
    public Optional<Part> first() {
      return told.stream().findFirst().or(() -> unknown.stream().findFirst());
    }
  }

  /** What is prepared on a shard by this library, as its server says. */
  public List<Part> prepared(ShardId shard) throws SQLException {
    List<Part> parts = new ArrayList<>();
    try (Statement statement = of(shard).createStatement();
        ResultSet rows = statement.executeQuery(LIST)) {
      while (rows.next()) {
        String name = rows.getString(1);
        TransactionId id = Gid.parse(name).map(Gid::transaction).orElse(null);
        parts.add(new Part(shard, name, id));
      }
    }
    return parts;
  }

  /** Which of them a snapshot has to wait for. */
  public Waiting waiting(List<Part> parts) throws SQLException {
    Set<Part> told = new LinkedHashSet<>();
    Set<Part> unknown = new LinkedHashSet<>();
    Map<ShardId, List<Part>> byDecider = new HashMap<>();
    for (Part part : parts) {
      ShardId decider = part.ours() == null ? null : decider(part.ours());
      if (decider == null) {
        unknown.add(part);
      } else {
        byDecider.computeIfAbsent(decider, d -> new ArrayList<>()).add(part);
      }
    }
    for (Map.Entry<ShardId, List<Part>> decided : byDecider.entrySet()) {
      Set<UUID> committed = committed(decided.getKey(), decided.getValue());
      for (Part part : decided.getValue()) {
        if (part.ours() != null && committed.contains(part.ours().uuid())) {
          told.add(part);
        }
      }
    }
    return new Waiting(told, unknown);
  }

  /** The shard whose decisions a transaction's is one of; null where none of these is. */
  private @Nullable ShardId decider(TransactionId id) throws SQLException {
    if (locked.containsKey(id.decidedOn()) && id.store().equals(store(id.decidedOn()))) {
      return id.decidedOn();
    }
    for (ShardId shard : locked.keySet()) { // which another configuration calls otherwise
      if (!id.store().isEmpty() && id.store().equals(store(shard))) {
        return shard;
      }
    }
    return null;
  }

  private String store(ShardId shard) throws SQLException {
    String known = stores.get(shard);
    if (known == null) {
      try {
        known = hasDecisions(shard) ? Decisions.storeOn(of(shard)) : "";
      } catch (SQLException e) {
        throw readable(shard, e);
      }
      stores.put(shard, known);
    }
    return known;
  }

  /** Asked first, since a table that is not there would end the transaction which has the lock. */
  private boolean hasDecisions(ShardId shard) throws SQLException {
    try (Statement statement = of(shard).createStatement();
        ResultSet row = statement.executeQuery(DecisionTable.HAS_STORE)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private Set<UUID> committed(ShardId decider, List<Part> parts) throws SQLException {
    Set<UUID> found = new HashSet<>();
    Connection connection = of(decider);
    try (PreparedStatement statement = connection.prepareStatement(COMMITTED)) {
      UUID[] ids =
          parts.stream()
              .flatMap(part -> Optional.ofNullable(part.ours()).stream())
              .map(TransactionId::uuid)
              .toArray(UUID[]::new);
      statement.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(UUID.fromString(rows.getString(1)));
        }
      }
    } catch (SQLException e) {
      throw readable(decider, e);
    }
    return found;
  }

  /** A right that is missing is no fault of the shard's, and stays away until it is granted. */
  private static SQLException readable(ShardId shard, SQLException e) {
    return NO_RIGHT.equals(e.getSQLState())
        ? SqlErrors.of(e, ErrorCode.DECISIONS_NOT_READABLE, shard, SqlErrors.reason(e))
        : e;
  }

  private Connection of(ShardId shard) {
    Connection connection = locked.get(shard);
    if (connection == null) {
      throw new IllegalArgumentException("shard " + shard + " is not locked");
    }
    return connection;
  }
}
