package io.shardjdbc.spring.boot.test;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Finds {@link ShardTest} on tests, for Spring's test framework. */
final class ShardTestFactory implements ContextCustomizerFactory {

  /** For Spring. */
  ShardTestFactory() {}

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    ShardTest test = TestContextAnnotationUtils.findMergedAnnotation(testClass, ShardTest.class);
    return test == null
        ? null
        : new TestShards(new Servers(test.shards(), test.replicas()), test.config());
  }
}
