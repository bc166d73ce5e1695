package io.shardjdbc.spring.boot;

import io.shardjdbc.observe.EndedStatement;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import org.jspecify.annotations.Nullable;

/** Notes for the request that is served which shards it has written to. */
final class WrittenShardsListener implements ShardListener {

  @Override
  public @Nullable StatementListener started(StartedStatement statement) {
    return statement.route().map(RoutedStatement::mayWrite).orElse(false) ? new Writing() : null;
  }

  private static final class Writing implements StatementListener {
    @Override
    public void ended(EndedStatement end) {
      end.route().ifPresent(route -> route.shards().forEach(RequestTokens::wrote));
    }
  }
}
