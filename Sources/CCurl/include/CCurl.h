#pragma once

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

// libcurl, opened at first use: linking it would add some 8 ms to every start of the program.

/// Opens libcurl. Everything else here may be called only after this returned NULL.
///
/// Thread-safe; blocks for some milliseconds the first time.
/// @return NULL, or why there is no libcurl.
const char *_Nullable ccurl_open(void);

/// The version of the library that was opened: "7.88.1".
const char *_Nonnull ccurl_version(void);

const char *_Nonnull ccurl_error_text(CURLcode code);

// One transfer. The setters wrap a variadic function, which Swift cannot call.

CURL *_Nullable ccurl_easy_new(void);
void ccurl_easy_free(CURL *_Nonnull easy);
CURLcode ccurl_set_long(CURL *_Nonnull easy, CURLoption option, long value);
CURLcode ccurl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value);
CURLcode ccurl_set_headers(CURL *_Nonnull easy, struct curl_slist *_Nullable headers);
/// Copies the bytes.
CURLcode ccurl_set_body(CURL *_Nonnull easy, const void *_Nullable bytes, size_t count);

typedef size_t (*ccurl_sink)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable context);

/// Where body and header lines go; `context` is also what ccurl_next_finished returns.
CURLcode ccurl_set_sinks(CURL *_Nonnull easy, ccurl_sink _Nonnull body, ccurl_sink _Nonnull header,
                         void *_Nonnull context);

long ccurl_status(CURL *_Nonnull easy);
/// Whether the connection stood and the request may have gone out.
bool ccurl_was_sent(CURL *_Nonnull easy);

struct curl_slist *_Nullable ccurl_list_adding(struct curl_slist *_Nullable list, const char *_Nonnull line);
void ccurl_list_free(struct curl_slist *_Nullable list);

// Many transfers

CURLM *_Nullable ccurl_multi_new(long connections_per_host);
void ccurl_multi_free(CURLM *_Nonnull multi);
CURLMcode ccurl_multi_add(CURLM *_Nonnull multi, CURL *_Nonnull easy);
CURLMcode ccurl_multi_remove(CURLM *_Nonnull multi, CURL *_Nonnull easy);
CURLMcode ccurl_multi_perform(CURLM *_Nonnull multi);
/// Waits for something to do, a wakeup, or `milliseconds`.
CURLMcode ccurl_multi_wait(CURLM *_Nonnull multi, int milliseconds);
/// The one function that any thread may call.
CURLMcode ccurl_multi_wake(CURLM *_Nonnull multi);

/// The context of a transfer that has ended, and how; NULL when there is none.
void *_Nullable ccurl_next_finished(CURLM *_Nonnull multi, CURLcode *_Nonnull result);
