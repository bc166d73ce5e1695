package io.shardjdbc.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.ConfigurableEnvironment;

/** Takes the configuration file that the properties name into a native image. */
final class ShardFileHint implements BeanFactoryInitializationAotProcessor {

  ShardFileHint() {}

  @Override
  public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
      ConfigurableListableBeanFactory beans) {
    String resource = new DescribedShards(beans.getBean(ConfigurableEnvironment.class)).resource();
    return resource == null
        ? null
        : (context, code) -> context.getRuntimeHints().resources().registerPattern(resource);
  }
}
