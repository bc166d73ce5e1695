package io.shardjdbc.spring.boot;

import io.shardjdbc.ShardDataSource;
import java.sql.SQLException;
import org.springframework.beans.factory.BeanInitializationException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Suspends the DataSource while the application's context is stopped, as it is for a checkpoint
 * (CRaC), and resumes it when the context is started again.
 *
 * <p>It stops last and starts first. A context that is closed stops, too, but what is destroyed
 * then may have something to write yet: the DataSource is closed with its own bean.
 */
final class ShardLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {

  private static final int FIRST = Integer.MIN_VALUE + 1000;

  private final ShardDataSource dataSource;
  private final ApplicationContext context;
  private volatile boolean closing;

  ShardLifecycle(ShardDataSource dataSource, ApplicationContext context) {
    this.dataSource = dataSource;
    this.context = context;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    closing |= event.getApplicationContext() == context;
  }

  @Override
  public void start() {
    try {
      dataSource.resume();
    } catch (SQLException e) {
      throw new BeanInitializationException("the shards cannot be used again", e);
    }
  }

  @Override
  public void stop() {
    if (closing) {
      return;
    }
    try {
      dataSource.suspend();
    } catch (SQLException e) {
      throw new IllegalStateException(e); // closed, by whoever has it, so there is nothing to stop
    }
  }

  @Override
  public boolean isRunning() {
    return !dataSource.isSuspended() && !dataSource.isClosed();
  }

  @Override
  public int getPhase() {
    return FIRST;
  }
}
