package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.replication.CausalToken;
import java.io.IOException;
import java.sql.SQLException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Sends what the request that is served has seen and written along with the requests that it makes,
 * and takes what their answers say. Add it to a {@code RestClient} or {@code RestTemplate}.
 */
public final class CausalTokenInterceptor implements ClientHttpRequestInterceptor {

  private final ShardDataSource dataSource;
  private final String header;

  CausalTokenInterceptor(ShardDataSource dataSource, String header) {
    this.dataSource = dataSource;
    this.header = header;
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    CausalToken token;
    try {
      token = RequestTokens.told(dataSource);
    } catch (SQLException e) {
      throw new IOException("what was written cannot be told to whom it is sent", e);
    }
    if (!token.equals(CausalToken.NONE)) {
      request.getHeaders().set(header, token.encode());
    }
    ClientHttpResponse response = execution.execute(request, body);
    String told = response.getHeaders().getFirst(header);
    if (told != null) {
      try {
        RequestTokens.saw(CausalToken.parse(told));
      } catch (IllegalArgumentException e) {
        throw new IOException("the answer has a causal token that cannot be read", e);
      }
    }
    return response;
  }
}
