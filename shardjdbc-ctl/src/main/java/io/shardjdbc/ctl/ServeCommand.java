package io.shardjdbc.ctl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.reshard.engine.Resharding;
import io.shardjdbc.status.StatusPage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the shards in a browser. */
@Command(
    name = "serve",
    description = {
      "Shows the shards in a browser: who owns what, levels, lag, connections, moves, what is in"
          + " doubt.",
      "It goes on until it is interrupted. Whoever reaches the address may read the page."
    })
final class ServeCommand extends ShardCommand {

  private static final String PATH = "/shards";

  @Option(
      names = "--address",
      defaultValue = "127.0.0.1",
      description = "Where to listen (default: ${DEFAULT-VALUE}, this machine alone).")
  private String address = "127.0.0.1";

  @Option(
      names = "--port",
      defaultValue = "8420",
      description = "The port (default: ${DEFAULT-VALUE}; 0 for any that is free).")
  private int port;

  @Override
  void run(Shards shards, Resharding mover, Answer answer) throws SQLException {
    try (ShardDataSource dataSource = ShardDataSource.of(shards.configuration())) {
      HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
      server.createContext(PATH, exchange -> answer(exchange, dataSource));
      server.start();
      try {
        answer.say("http://%s:%d%s".formatted(address, server.getAddress().getPort(), PATH));
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        server.stop(0);
      }
    } catch (IOException e) {
      throw new SQLException("cannot listen at " + address + ":" + port, e);
    }
  }

  private static void answer(HttpExchange exchange, ShardDataSource dataSource) throws IOException {
    try (exchange) {
      boolean reads = exchange.getRequestMethod().equals("GET");
      if (!reads || !exchange.getRequestURI().getPath().equals(PATH)) {
        exchange.sendResponseHeaders(reads ? 404 : 405, -1);
        return;
      }
      try {
        send(exchange, StatusPage.of(dataSource).html());
      } catch (SQLException e) {
        exchange.sendResponseHeaders(503, -1);
      }
    }
  }

  private static void send(HttpExchange exchange, String page) throws IOException {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, bytes.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }
}
