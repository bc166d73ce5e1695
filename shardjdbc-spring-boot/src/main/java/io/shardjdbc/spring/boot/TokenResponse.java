package io.shardjdbc.spring.boot;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * An answer whose headers are completed just before its body begins: what a controller does has
 * been done by then, and headers can still be set.
 */
final class TokenResponse extends HttpServletResponseWrapper {

  private final HttpServletResponse response;
  private final Consumer<HttpServletResponse> telling;
  private boolean told;

  TokenResponse(HttpServletResponse response, Consumer<HttpServletResponse> telling) {
    super(response);
    this.response = response;
    this.telling = telling;
  }

  void tellOnce() {
    if (!told) {
      told = true;
      telling.accept(response);
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    tellOnce();
    return super.getOutputStream();
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    tellOnce();
    return super.getWriter();
  }

  @Override
  public void flushBuffer() throws IOException {
    tellOnce();
    super.flushBuffer();
  }

  @Override
  public void sendError(int status) throws IOException {
    tellOnce();
    super.sendError(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    tellOnce();
    super.sendError(status, message);
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    tellOnce();
    super.sendRedirect(location);
  }

  // The next three came with Servlet 6.1; containers of 6.0 never call them.

  @Override
  public void sendRedirect(String location, int status) throws IOException {
    tellOnce();
    super.sendRedirect(location, status);
  }

  @Override
  public void sendRedirect(String location, boolean clear) throws IOException {
    tellOnce();
    super.sendRedirect(location, clear);
  }

  @Override
  public void sendRedirect(String location, int status, boolean clear) throws IOException {
    tellOnce();
    super.sendRedirect(location, status, clear);
  }
}
