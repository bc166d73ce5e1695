package io.shardjdbc.config;

import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.yaml.EnvironmentLookup;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration is, and what is said beside it: {@code jdbc:shardjdbc:shards.yaml}, {@code
 * jdbc:shardjdbc:file:/etc/shards.yaml}, {@code jdbc:shardjdbc:classpath:shards.yaml}, each with
 * {@code ?name=value&..} behind it.
 *
 * <p>User, password and parameters are for servers that do not name their own. Immutable.
 *
 * @param place without what stands in front of it and behind it
 * @param onClassPath whether the place is a resource rather than a file
 */
public record ShardUrl(String place, boolean onClassPath, NodeDefaults defaults) {

  private static final String PREFIX = "jdbc:shardjdbc:";
  private static final String CLASSPATH = "classpath:";
  private static final String FILE = "file:";
  private static final String USER = "user";
  private static final String PASSWORD = "password";

  /** Whether a URL is one of this library's. */
  public static boolean accepts(String url) {
    return url.startsWith(PREFIX);
  }

  /**
   * Reads a URL, or what follows {@code jdbc:shardjdbc:} in one.
   *
   * @param info user, password and parameters that come beside the URL; those in it win
   * @throws RoutingException if a parameter has no value
   */
  public static ShardUrl parse(String url, Properties info) {
    String rest = accepts(url) ? url.substring(PREFIX.length()) : url;
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : info.stringPropertyNames()) {
      all.put(name, info.getProperty(name));
    }
    int question = rest.indexOf('?');
    if (question >= 0) {
      parameters(rest.substring(question + 1), all);
      rest = rest.substring(0, question);
    }
    Optional<String> user = Optional.ofNullable(all.remove(USER));
    Optional<Secret> password = Optional.ofNullable(all.remove(PASSWORD)).map(Secret::new);
    boolean resource = rest.startsWith(CLASSPATH);
    String prefix = resource ? CLASSPATH : rest.startsWith(FILE) ? FILE : "";
    return new ShardUrl(
        rest.substring(prefix.length()), resource, new NodeDefaults(user, password, all));
  }

  private static void parameters(String text, Map<String, String> all) {
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw fault(null, "a parameter of the URL has no name or no value");
      }
      all.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /**
   * Reads the configuration.
   *
   * @param variables the value of each {@code ${NAME}} in it; null where there is none
   * @throws RoutingException with the line and the reason, if there is a fault in it
   */
  public Configuration read(Function<String, @Nullable String> variables) {
    EnvironmentLookup lookup = name -> Optional.ofNullable(variables.apply(name));
    return defaults.in(ConfigurationYaml.read(text(), lookup));
  }

  private String text() {
    try {
      return onClassPath ? resource() : file();
    } catch (IOException e) {
      throw fault(e, "the configuration " + place + " cannot be read");
    }
  }

  private String file() throws IOException {
    Path file = Path.of(place.startsWith("//") ? place.substring(2) : place);
    if (!Files.isRegularFile(file)) {
      throw fault(null, "there is no file " + place);
    }
    return Files.readString(file);
  }

  private String resource() throws IOException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    ClassLoader used = loader != null ? loader : ClassLoader.getSystemClassLoader();
    String name = place.startsWith("/") ? place.substring(1) : place;
    try (InputStream in = used.getResourceAsStream(name)) {
      if (in == null) {
        throw fault(null, "there is no resource " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static RoutingException fault(@Nullable Throwable cause, String reason) {
    RoutingException fault = new RoutingException(ErrorCode.BAD_CONFIGURATION, reason);
    if (cause != null) {
      fault.initCause(cause);
    }
    return fault;
  }
}
