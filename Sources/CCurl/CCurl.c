#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>

static struct {
  __typeof__(&curl_easy_cleanup) easy_cleanup;
  __typeof__(&curl_easy_init) easy_init;
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  __typeof__(&curl_easy_strerror) easy_strerror;
  __typeof__(&curl_global_init) global_init;
  __typeof__(&curl_multi_add_handle) multi_add_handle;
  __typeof__(&curl_multi_cleanup) multi_cleanup;
  __typeof__(&curl_multi_info_read) multi_info_read;
  __typeof__(&curl_multi_init) multi_init;
  __typeof__(&curl_multi_perform) multi_perform;
  __typeof__(&curl_multi_poll) multi_poll;
  __typeof__(&curl_multi_remove_handle) multi_remove_handle;
  CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
  __typeof__(&curl_multi_wakeup) multi_wakeup;
  __typeof__(&curl_slist_append) slist_append;
  __typeof__(&curl_slist_free_all) slist_free_all;
  __typeof__(&curl_version_info) version_info;
} curl;

static const char *open_error;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_library(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    open_error = "neither libcurl.so.4 nor libcurl-gnutls.so.4 is on this machine";
    return;
  }
#define FIND(member, symbol)                          \
  *(void **)&curl.member = dlsym(library, symbol);    \
  if (!curl.member) {                                 \
    open_error = "libcurl is too old: no " symbol;    \
    return;                                           \
  }
  FIND(easy_cleanup, "curl_easy_cleanup")
  FIND(easy_getinfo, "curl_easy_getinfo")
  FIND(easy_init, "curl_easy_init")
  FIND(easy_setopt, "curl_easy_setopt")
  FIND(easy_strerror, "curl_easy_strerror")
  FIND(global_init, "curl_global_init")
  FIND(multi_add_handle, "curl_multi_add_handle")
  FIND(multi_cleanup, "curl_multi_cleanup")
  FIND(multi_info_read, "curl_multi_info_read")
  FIND(multi_init, "curl_multi_init")
  FIND(multi_perform, "curl_multi_perform")
  FIND(multi_poll, "curl_multi_poll")
  FIND(multi_remove_handle, "curl_multi_remove_handle")
  FIND(multi_setopt, "curl_multi_setopt")
  FIND(multi_wakeup, "curl_multi_wakeup")
  FIND(slist_append, "curl_slist_append")
  FIND(slist_free_all, "curl_slist_free_all")
  FIND(version_info, "curl_version_info")
#undef FIND
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) open_error = "libcurl could not be initialised";
}

const char *ccurl_open(void) {
  pthread_once(&once, open_library);
  return open_error;
}

const char *ccurl_version(void) { return curl.version_info(CURLVERSION_NOW)->version; }

const char *ccurl_error_text(CURLcode code) { return curl.easy_strerror(code); }

CURL *ccurl_easy_new(void) { return curl.easy_init(); }

void ccurl_easy_free(CURL *easy) { curl.easy_cleanup(easy); }

CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) { return curl.easy_setopt(easy, option, value); }

CURLcode ccurl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl.easy_setopt(easy, option, value);
}

CURLcode ccurl_set_headers(CURL *easy, struct curl_slist *headers) {
  return curl.easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

CURLcode ccurl_set_body(CURL *easy, const void *bytes, size_t count) {
  CURLcode code = curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code ? code : curl.easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, count ? bytes : "");
}

CURLcode ccurl_set_sinks(CURL *easy, ccurl_sink body, ccurl_sink header, void *context) {
  CURLcode code = curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
  if (!code) code = curl.easy_setopt(easy, CURLOPT_WRITEDATA, context);
  if (!code) code = curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
  if (!code) code = curl.easy_setopt(easy, CURLOPT_HEADERDATA, context);
  if (!code) code = curl.easy_setopt(easy, CURLOPT_PRIVATE, context);
  return code;
}

long ccurl_status(CURL *easy) {
  long status = 0;
  curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

bool ccurl_was_sent(CURL *easy) {
  long bytes = 0;
  curl_off_t ready = 0;
  curl.easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes);
  curl.easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
  return bytes > 0 || ready > 0;
}

struct curl_slist *ccurl_list_adding(struct curl_slist *list, const char *line) {
  return curl.slist_append(list, line);
}

void ccurl_list_free(struct curl_slist *list) { curl.slist_free_all(list); }

CURLM *ccurl_multi_new(long connections_per_host) {
  CURLM *multi = curl.multi_init();
  if (multi) {
    curl.multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    curl.multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections_per_host);
  }
  return multi;
}

void ccurl_multi_free(CURLM *multi) { curl.multi_cleanup(multi); }

CURLMcode ccurl_multi_add(CURLM *multi, CURL *easy) { return curl.multi_add_handle(multi, easy); }

CURLMcode ccurl_multi_remove(CURLM *multi, CURL *easy) { return curl.multi_remove_handle(multi, easy); }

CURLMcode ccurl_multi_perform(CURLM *multi) {
  int running;
  return curl.multi_perform(multi, &running);
}

CURLMcode ccurl_multi_wait(CURLM *multi, int milliseconds) {
  return curl.multi_poll(multi, NULL, 0, milliseconds, NULL);
}

CURLMcode ccurl_multi_wake(CURLM *multi) { return curl.multi_wakeup(multi); }

void *ccurl_next_finished(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = curl.multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    void *context = NULL;
    *result = message->data.result;
    curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &context);
    if (context) return context;
  }
  return NULL;
}
