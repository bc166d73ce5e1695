package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.CausalToken;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads of a request see what its caller has seen, and the answer says what the request has seen
 * and written.
 *
 * <p>A token that cannot be read is refused with 400: to ignore it would show the past. If a
 * primary does not say how far it is, the answer has the token that came with the request.
 */
final class CausalTokenFilter extends OncePerRequestFilter {

  private static final Logger LOG = LoggerFactory.getLogger(CausalTokenFilter.class);

  private final ShardDataSource dataSource;
  private final String header;

  CausalTokenFilter(ShardDataSource dataSource, String header) {
    this.dataSource = dataSource;
    this.header = header;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String given = request.getHeader(header);
    CausalToken seen = CausalToken.NONE;
    if (given != null) {
      try {
        seen = CausalToken.parse(given);
      } catch (IllegalArgumentException e) {
        response.sendError(HttpServletResponse.SC_BAD_REQUEST, "the causal token cannot be read");
        return;
      }
    }
    boolean ours = RequestContextHolder.getRequestAttributes() == null;
    ServletRequestAttributes attributes = new ServletRequestAttributes(request, response);
    if (ours) {
      RequestContextHolder.setRequestAttributes(attributes);
    }
    try {
      RequestTokens.saw(seen);
      TokenResponse answer = new TokenResponse(response, this::tell);
      chain.doFilter(request, answer);
      answer.tellOnce();
    } finally {
      if (ours) {
        RequestContextHolder.resetRequestAttributes();
        attributes.requestCompleted();
      }
    }
  }

  private void tell(HttpServletResponse response) {
    CausalToken token;
    try {
      token = RequestTokens.told(dataSource);
    } catch (SQLException e) {
      LOG.warn("the answer does not say what the request has written", e);
      token = RequestTokens.current();
    }
    if (!token.equals(CausalToken.NONE) && !response.isCommitted()) {
      response.setHeader(header, token.encode());
    }
  }
}
