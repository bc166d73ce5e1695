package io.shardjdbc.spring.boot;

import java.util.Collection;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the application describes shards.
 *
 * <p>Who excludes Boot's auto-configuration of a DataSource wants none for {@code
 * spring.datasource.url}, whatever driver that names. What {@code shardjdbc.*} says holds all the
 * same.
 */
final class OnShards extends SpringBootCondition {

  @Override
  public ConditionOutcome getMatchOutcome(
      ConditionContext context, AnnotatedTypeMetadata metadata) {
    ConditionMessage.Builder message = ConditionMessage.forCondition("Shards");
    if (!(context.getEnvironment() instanceof ConfigurableEnvironment environment)) {
      return ConditionOutcome.noMatch(message.because("the environment has no properties"));
    }
    DescribedShards shards = new DescribedShards(environment);
    if (shards.areOfOurs()) {
      return ConditionOutcome.match(message.foundExactly("shardjdbc.config or shardjdbc.shards"));
    }
    ConfigurableListableBeanFactory beans = context.getBeanFactory();
    if (beans.getBeanNamesForType(ShardConnectionDetails.class, true, false).length > 0) {
      return ConditionOutcome.match(message.foundExactly("a ShardConnectionDetails"));
    }
    if (!shards.areThere()) {
      return ConditionOutcome.noMatch(
          message.because(
              "neither shardjdbc.config nor shardjdbc.shards is set, and spring.datasource.url"
                  + " is not a jdbc:shardjdbc: URL"));
    }
    return isExcluded(beans)
        ? ConditionOutcome.noMatch(
            message.because(
                "DataSourceAutoConfiguration, which reads spring.datasource.url, is excluded"))
        : ConditionOutcome.match(message.foundExactly("a jdbc:shardjdbc: URL"));
  }

  private static boolean isExcluded(ConfigurableListableBeanFactory beans) {
    Collection<String> excluded = ConditionEvaluationReport.get(beans).getExclusions();
    return excluded.contains(ShardDataSourceAutoConfiguration.OF_BOOT_3)
        || excluded.contains(ShardDataSourceAutoConfiguration.OF_BOOT_4);
  }
}
