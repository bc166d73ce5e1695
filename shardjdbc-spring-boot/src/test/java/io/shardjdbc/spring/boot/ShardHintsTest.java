package io.shardjdbc.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Blob;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.javapoet.ClassName;

/** What a native image is told to keep, by Spring's own processing ahead of time. */
class ShardHintsTest {

  private static RuntimeHints hints(Map<String, Object> properties) {
    GenericApplicationContext context = new GenericApplicationContext();
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("given", properties));
    context.registerBean(ShardProperties.class);
    DefaultGenerationContext generated =
        new DefaultGenerationContext(
            new ClassNameGenerator(ClassName.get(ShardHintsTest.class)),
            new InMemoryGeneratedFiles());
    new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
    return generated.getRuntimeHints();
  }

  @Test
  void whatIsFoundByNameIsKept() {
    RuntimeHints hints = hints(Map.of());
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(TypeReference.of("io.shardjdbc.driver.BoundedSockets"))
                .withMemberCategory(MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS))
        .accepts(hints);
    assertThat(
            RuntimeHintsPredicates.reflection()
                .onType(HikariConfig.class)
                .withMemberCategory(MemberCategory.DECLARED_FIELDS))
        .accepts(hints);
    assertThat(RuntimeHintsPredicates.reflection().onType(Statement[].class)).accepts(hints);
    assertThat(
            RuntimeHintsPredicates.resource()
                .forResource("io/shardjdbc/routing/plan/effects/functions.txt"))
        .accepts(hints);
    assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Blob.class)).accepts(hints);
    assertThat(RuntimeHintsPredicates.resource().forResource("shards.yaml")).rejects(hints);
  }

  /** A name that has moved would be kept for nothing. */
  @Test
  void whatIsKeptIsThere() throws ClassNotFoundException {
    assertThat(Class.forName("io.shardjdbc.driver.BoundedSockets").getConstructors()).hasSize(1);
    assertThat(
            getClass()
                .getClassLoader()
                .getResource("io/shardjdbc/routing/plan/effects/functions.txt"))
        .isNotNull();
  }

  @Test
  void theFileThatPropertiesNameIsKept() {
    for (Map<String, Object> named :
        List.<Map<String, Object>>of(
            Map.of("shardjdbc.config", "classpath:/shards.yaml"),
            Map.of("spring.datasource.url", "jdbc:shardjdbc:classpath:shards.yaml?a=b"))) {
      assertThat(RuntimeHintsPredicates.resource().forResource("shards.yaml"))
          .accepts(hints(named));
    }
    assertThat(RuntimeHintsPredicates.resource().forResource("shards.yaml"))
        .rejects(hints(Map.of("shardjdbc.config", "file:shards.yaml")));
  }
}
