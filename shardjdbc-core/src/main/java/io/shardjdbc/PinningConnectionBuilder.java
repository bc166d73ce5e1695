package io.shardjdbc;

import io.shardjdbc.error.SqlErrors;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.ShardingKey;
import org.jspecify.annotations.Nullable;

/** Opens connections that are pinned to the shard of a key. */
final class PinningConnectionBuilder implements ConnectionBuilder {

  private final ShardDataSource dataSource;
  private @Nullable ShardingKey key;
  private @Nullable ShardingKey superKey;
  private boolean asUser;

  PinningConnectionBuilder(ShardDataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public ConnectionBuilder user(String username) {
    asUser = true;
    return this;
  }

  @Override
  public ConnectionBuilder password(String password) {
    asUser = true;
    return this;
  }

  @Override
  public ConnectionBuilder shardingKey(ShardingKey shardingKey) {
    this.key = shardingKey;
    return this;
  }

  @Override
  public ConnectionBuilder superShardingKey(ShardingKey superShardingKey) {
    this.superKey = superShardingKey;
    return this;
  }

  @Override
  public Connection build() throws SQLException {
    if (asUser) {
      throw SqlErrors.notImplemented("ConnectionBuilder.user");
    }
    Connection connection = dataSource.getConnection();
    if (key != null || superKey != null) {
      connection.setShardingKey(key, superKey);
    }
    return connection;
  }
}
