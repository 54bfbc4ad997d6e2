;;; emacs.el --- Uses the recipe of clients/README.md  -*- lexical-binding: t; -*-

;; Comes after that recipe.  Attaches eglot, sets a runner up, cancels the set-up of another one, and writes what it saw
;; to REPORT, as JSON.

;;; Code:

(require 'json)

(defvar report-progress nil "What $/progress said, newest first.")

;; Newer ones than Debian's show progress by themselves.
(cl-defmethod eglot-handle-notification (_server (_method (eql $/progress)) &key token value &allow-other-keys)
  "Keep the progress of TOKEN, which is VALUE."
  (push (list :token token :kind (plist-get value :kind) :message (plist-get value :message)) report-progress))

(defun report-params (variable &rest more)
  "The params in the environment's VARIABLE, and MORE, as property lists."
  (append (json-parse-string (getenv variable) :object-type 'plist) more))

(defun report-said (token words)
  "Whether the progress of TOKEN has said WORDS."
  (seq-some (lambda (entry)
              (and (equal (plist-get entry :token) token)
                   (string-search words (or (plist-get entry :message) ""))))
            report-progress))

(defun report-wait (what condition)
  "Wait for WHAT until CONDITION, a function, holds."
  (let ((deadline (+ (float-time) 120)))
    (while (not (funcall condition))
      (when (> (float-time) deadline) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))))

(let ((eglot-sync-connect t))
  (find-file (expand-file-name "my.runpod" (getenv "HOME")))
  (call-interactively #'eglot))

(let* ((server (eglot-current-server))
       (commands (plist-get (eglot--server-capable :executeCommandProvider) :commands))
       (setup (apply #'runpod "workflows/setupRunner" (report-params "SETUP" :workDoneToken "first")))
       cancelled)
  (jsonrpc-async-request
   server :workspace/executeCommand
   (list :command "workflows/setupRunner" :arguments (vector (report-params "ENDLESS" :workDoneToken "second")))
   :timeout 300
   :success-fn (lambda (_) (setq cancelled "it succeeded"))
   :error-fn (lambda (failure) (setq cancelled (plist-get failure :message))))
  (report-wait "the second step" (lambda () (report-said "second" "Step 2/5")))
  (jsonrpc-notify server :window/workDoneProgress/cancel '(:token "second"))
  (report-wait "the end of the cancelled" (lambda () cancelled))
  (let ((report (list :commands commands
                      :setup setup
                      :progress (vconcat (reverse report-progress))
                      :cancelled cancelled
                      :printed (format "%S" (runpod "pods/list")))))
    (with-temp-file (getenv "REPORT")
      (insert (json-serialize report :null-object nil :false-object :json-false))))
  (eglot-shutdown server nil 20))

;;; emacs.el ends here
