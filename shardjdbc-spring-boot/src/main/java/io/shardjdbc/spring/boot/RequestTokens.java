package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.CausalToken;
import io.shardjdbc.routing.ShardId;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * What the request that is served now has seen, and the shards that it has written to. Spring keeps
 * the request of a thread; this keeps nothing beside it.
 */
final class RequestTokens {

  private static final String SEEN = RequestTokens.class.getName() + ".seen";
  private static final String WRITTEN = RequestTokens.class.getName() + ".written";

  private RequestTokens() {}

  private static @Nullable RequestAttributes request() {
    return RequestContextHolder.getRequestAttributes();
  }

  static CausalToken current() {
    RequestAttributes request = request();
    Object seen =
        request == null ? null : request.getAttribute(SEEN, RequestAttributes.SCOPE_REQUEST);
    return seen instanceof CausalToken token ? token : CausalToken.NONE;
  }

  /** Notes what a caller, or an application that was called, has seen. */
  static void saw(CausalToken token) {
    RequestAttributes request = request();
    if (request != null) {
      request.setAttribute(SEEN, current().merge(token), RequestAttributes.SCOPE_REQUEST);
    }
  }

  /** Notes a write. */
  static void wrote(ShardId shard) {
    Set<ShardId> written = written();
    if (written != null) {
      written.add(shard);
    }
  }

  @SuppressWarnings("unchecked") // nobody else writes it
  private static @Nullable Set<ShardId> written() {
    RequestAttributes request = request();
    if (request == null) {
      return null;
    }
    Object known = request.getAttribute(WRITTEN, RequestAttributes.SCOPE_REQUEST);
    if (known == null) {
      known = ConcurrentHashMap.<ShardId>newKeySet();
      request.setAttribute(WRITTEN, known, RequestAttributes.SCOPE_REQUEST);
    }
    return (Set<ShardId>) known;
  }

  /** All that was seen and written so far; it asks the primaries of what was written. */
  static CausalToken told(ShardDataSource dataSource) throws SQLException {
    Set<ShardId> written = written();
    if (written != null && !written.isEmpty()) {
      saw(dataSource.reads().tokenOf(Set.copyOf(written))); // again, if it has committed meanwhile
    }
    return current();
  }
}
