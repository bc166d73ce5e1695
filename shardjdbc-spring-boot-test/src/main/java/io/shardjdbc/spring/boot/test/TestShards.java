package io.shardjdbc.spring.boot.test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives a context of a test its shards. It is a record, so that Spring uses a context again for
 * tests that ask for the same.
 *
 * @param config the application's configuration file, or empty
 */
record TestShards(Servers servers, String config) implements ContextCustomizer {

  /** The section of a file that is replaced: up to the next line that begins with a name. */
  private static final Pattern SHARDS = Pattern.compile("(?ms)^shards\\s*:.*?(?=^[\\w\"'*]|\\z)");

  @Override
  public void customizeContext(
      ConfigurableApplicationContext context, MergedContextConfiguration merged) {
    Map<String, Object> properties = new LinkedHashMap<>();
    try {
      Servers.Database database = servers.database();
      if (config.isEmpty()) {
        properties.putAll(database.properties());
      } else {
        String text = context.getResource(config).getContentAsString(StandardCharsets.UTF_8);
        String rest = SHARDS.matcher(text).replaceFirst("");
        Path file = Files.createTempFile("shards", ".yaml");
        file.toFile().deleteOnExit();
        Files.writeString(file, database.yaml() + rest);
        properties.put("shardjdbc.config", file.toUri().toString());
      }
    } catch (IOException | SQLException e) {
      throw new BeanCreationException("no shards for a test", e);
    }
    properties.put("spring.datasource.url", "");
    properties.put("spring.test.database.replace", "none");
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource(ShardTest.class.getName(), properties));
  }
}
